/** How long the report's experiment would take on a card, by the times of its parts. */
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";

/** Table 1: each part of the model learns to the first number of epochs, and on to the second. */
const epochs = [20, 40] as const;
const photographs = 32;
/** In which base and upsampler, fine-tuned or not, draw every caption; see planArms. */
const sets = 1 + 2 * epochs.length;

/** Seconds of one step of a batch of one image, and of one finished sample. */
type MeasuredParts = { readonly baseStep: number; readonly upsamplerStep: number; readonly sample: number };

/** By the medians that a report of bench/graphics-card.ts holds; null where a part was not measured. */
export function estimateFromReport(report: Readonly<Record<string, unknown>>) {
  const seconds = (name: string) => {
    const result = report[name] as { times?: { ours: { median: number } } } | undefined;
    return (result?.times?.ours.median ?? Number.NaN) / 1000;
  };
  const parts = {
    baseStep: seconds("training step of glide, B = 1"),
    upsamplerStep: seconds("training step of glide’s upsampler, B = 1"),
    sample: seconds("sample of glide, 25 + 27 steps"),
  };
  return Object.values(parts).every(Number.isFinite) ? estimateExperiment(parts) : null;
}

/**
 * Seconds of training and drawing by measured parts, at the usual settings. A batch is counted as so many batches of one,
 * so that it is an upper bound; loading, compiling and the table's metrics are not in it.
 */
function estimateExperiment({ baseStep, upsamplerStep, sample }: MeasuredParts) {
  const { batchSize } = fineTuneSettings.parse({});
  const { samplesPerCaption } = sampleSettings.parse({});
  const steps = Math.ceil(photographs / batchSize) * epochs.at(-1)!;
  const samples = sets * photographs * samplesPerCaption;
  const trainingSeconds = steps * batchSize * (baseStep + upsamplerStep);
  const drawingSeconds = samples * sample;
  return {
    ...{ photographs, epochs, sets, batchSize, steps, samples },
    ...{ trainingSeconds, drawingSeconds, totalSeconds: trainingSeconds + drawingSeconds },
  };
}
