/** What a trial before a run has measured: how long each part takes on this machine, and how much memory. */
import { z } from "zod";

const seconds = z.number().nonnegative();
const bytes = z.number().nonnegative();

export const trialMeasures = z.object({
  /** Images that the run learns from. */
  imageCount: z.number().int().positive(),
  /** Reading weights and images, and building the graph. */
  openingSeconds: seconds,
  /** It does what later steps need not do again, such as asking for memory. */
  firstStepSeconds: seconds,
  /** Of each step after the first. */
  stepSeconds: z.array(seconds).min(1),
  /** One validation of all images that the run is validated on; null: it is not validated. */
  validationSeconds: seconds.nullable(),
  /** The previews of all captions, once; null: there are none. */
  previewSeconds: seconds.nullable(),
  /** Writing the state from which a run resumes. */
  stateSeconds: seconds,
  /** Writing the model. */
  modelSeconds: seconds,
  /** Drawing all class images before the first step; null: none are drawn. */
  classImageSeconds: seconds.nullable(),
  memory: z.object({
    /** The most that the process held resident during the steps, and during all of the trial. */
    stepPeakBytes: bytes,
    peakBytes: bytes,
    /** What processes on this machine had left when the trial began, and what the machine has. */
    availableBytes: bytes,
    totalBytes: bytes,
    /** Of the graphics card, all processes together; null on a processor, or where the driver does not tell. */
    card: z.object({ usedBytes: bytes, totalBytes: bytes.nullable() }).nullable(),
  }),
  /** What opening the run tells its log, such as whether activations are recomputed. */
  notes: z.array(z.string()),
});

export type TrialMeasures = z.infer<typeof trialMeasures>;
