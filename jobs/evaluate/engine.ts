/** The engine task that scores generated images against real ones and their captions. */
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import { readWeights } from "@/lib/engine/runtime/read-weights";
import { parseMetricNames } from "@/lib/metrics/catalogue/metric-catalogue";
import { type Evaluation, evaluateImages } from "@/lib/metrics/evaluate-images";
import type {
  EvaluationProgress,
  GeneratedImageFile,
  ImageFile,
} from "@/lib/metrics/inputs/evaluation-input";

export type EvaluateInput = {
  readonly real: readonly ImageFile[];
  readonly generated: readonly GeneratedImageFile[];
  readonly metrics: readonly string[];
  /** See `squareImage`; null: images are compared as they are. */
  readonly sidePx: number | null;
  readonly weightsFolder: string;
  /** Where features are kept between evaluations. */
  readonly cacheFolder: string;
  readonly provider: ExecutionProvider;
};

export type EvaluateEvent = EvaluationProgress;
export type EvaluateResult = Pick<Evaluation, "scores" | "features">;

export async function run(
  { metrics, ...input }: EvaluateInput,
  emit: (event: EvaluateEvent) => void,
  signal: AbortSignal,
): Promise<EvaluateResult> {
  const { scores, features } = await evaluateImages({
    ...input,
    metrics: parseMetricNames(metrics),
    readTensors: readWeights,
    onProgress: emit,
    signal,
  });
  return { scores, features };
}
