/** Folds a batch norm into the convolution before it, so that the network computes one operation instead of two. */
import type { Weight, WeightSource } from "@/lib/engine/graph/weights";
import { SemblanceError } from "@/lib/errors";

export type BatchNormNames = {
  /** The convolution's kernel, without its own bias. */
  readonly kernel: string;
  /** What `weight`, `bias`, `running_mean` and `running_var` are under. */
  readonly norm: string;
  readonly epsilon: number;
};

/**
 * w' = w γ/√(σ² + ε) and b' = β - μ γ/√(σ² + ε), computed in float64.
 *
 * @param network what to call the network in messages
 * @throws SemblanceError `missing_tensor` naming what the convolution lacks; `shape_mismatch` for statistics that do
 * not fit it
 */
export function foldBatchNorm(
  stored: WeightSource,
  { kernel, norm, epsilon }: BatchNormNames,
  network: string,
): { weight: Weight; bias: Weight } {
  const find = (name: string): Weight => {
    const weight = stored.get(name);
    if (weight) return weight;
    throw new SemblanceError("missing_tensor", `The ${network} weights have no tensor ${name}.`, {
      remedy: `Use the file that \`npx semblance weights get\` downloads for ${network}.`,
    });
  };
  const { shape, data } = find(kernel);
  const channels = shape[0]!;
  const [gamma, beta, mean, variance] = ["weight", "bias", "running_mean", "running_var"].map((part) => {
    const statistic = find(`${norm}.${part}`);
    if (statistic.data.length === channels) return statistic.data;
    throw new SemblanceError(
      "shape_mismatch",
      `${norm}.${part} has ${statistic.data.length} values for ${channels} channels.`,
      { remedy: `Download the ${network} weights again.` },
    );
  }) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const perChannel = data.length / channels;
  const weight = new Float32Array(data.length);
  const bias = new Float32Array(channels);
  for (let c = 0; c < channels; c++) {
    const factor = gamma[c]! / Math.sqrt(variance[c]! + epsilon);
    bias[c] = beta[c]! - mean[c]! * factor;
    for (let i = c * perChannel; i < (c + 1) * perChannel; i++) weight[i] = data[i]! * factor;
  }
  return { weight: { shape, data: weight }, bias: { shape: [channels], data: bias } };
}
