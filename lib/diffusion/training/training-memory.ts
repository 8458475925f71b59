/** How much memory the steps of a run need, and whether they recompute activations to need less. */
import { liveBytes } from "@/lib/engine/graph/live-bytes";
import { elementCount, type Shape } from "@/lib/engine/graph/tensor-type";
import { nodesUsed } from "@/lib/engine/graph/used-tensors";
import type { TrainingSettings } from "./fine-tune-settings";
import { buildTrainingGraph, type TrainingGraphSettings } from "./training-graph";

/**
 * From so many learning values on, the memory of the activations goes back to the system between the passes: the binding
 * copies every gradient after a run, and the copies of a large model would come on top.
 */
const largeParameterCount = 1e8;

export function keepsActivationMemory(learningShapes: Iterable<Shape>): boolean {
  return valueCount(learningShapes) < largeParameterCount;
}

/**
 * What ONNX Runtime takes by what the graph's values take at the worst place: it runs the nodes in an order of its own,
 * and where it keeps memory between runs, it asks for more than it uses. Measured, see docs/measurements/training.md.
 */
const overheads = { returned: 1.1, kept: 2 };

/** Sessions, images, code. */
const programBytes = 0.3e9;

/** Bytes that steps without recomputation need on a processor besides the model's weights. */
export function stepMemoryBytes(
  graphSettings: TrainingGraphSettings,
  { emaDecay, accumulationSteps }: Pick<TrainingSettings, "emaDecay" | "accumulationSteps">,
): number {
  const { graph, learning } = buildTrainingGraph({ ...graphSettings, recomputesBlocks: false });
  const shapes = [...learning.values()].map(({ shape }) => shape);
  const activationBytes = Math.max(...liveBytes(nodesUsed(graph)));
  // Gradients, the binding's copy of them, and two moments.
  const arrays = 4 + (emaDecay > 0 ? 1 : 0) + (accumulationSteps > 1 ? 1 : 0);
  const overhead = keepsActivationMemory(shapes) ? overheads.kept : overheads.returned;
  return programBytes + arrays * 4 * valueCount(shapes) + overhead * activationBytes;
}

/** The rest is for other programs, and for what the estimate misses. */
const usableShare = 0.9;

export type RecomputationChoice = {
  readonly recomputesBlocks: boolean;
  /** For the run's log; null where nothing was chosen. */
  readonly message: string | null;
};

/**
 * Whether a run recomputes activations. Automatically it does on a processor where it would need more memory than there is.
 *
 * @param availableBytes with the weights loaded already
 */
export function chooseRecomputation(
  settings: TrainingSettings,
  graphSettings: TrainingGraphSettings,
  { isOnProcessor, availableBytes }: { isOnProcessor: boolean; availableBytes: number },
): RecomputationChoice {
  if (settings.recomputation !== "auto") {
    return { recomputesBlocks: settings.recomputation === "on", message: null };
  }
  if (!isOnProcessor) {
    return {
      recomputesBlocks: false,
      message:
        "Activations are kept. If the graphics card’s memory is too small for that, turn recomputation on.",
    };
  }
  const neededBytes = stepMemoryBytes(graphSettings, settings);
  const amounts = `about ${toGigabytes(neededBytes)} of memory besides the weights; ${toGigabytes(availableBytes)} are free.`;
  return neededBytes <= usableShare * availableBytes
    ? { recomputesBlocks: false, message: `Activations are kept: training needs ${amounts}` }
    : {
        recomputesBlocks: true,
        message: `Activations are recomputed, which takes about a third longer: kept, training would need ${amounts}`,
      };
}

function valueCount(shapes: Iterable<Shape>): number {
  return [...shapes].reduce((sum, shape) => sum + elementCount(shape), 0);
}

function toGigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
