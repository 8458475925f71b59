/** Attention on the card and its gradient are those of the full matrix in double precision. */
import { expect, test } from "vitest";
import { attention } from "@/lib/engine/webgpu/kernels/attention";
import type { AttentionShape } from "@/lib/engine/webgpu/kernels/attention-block";
import { attentionGradient } from "@/lib/engine/webgpu/kernels/attention-gradient";
import { softwareTuning } from "@/lib/engine/webgpu/kernels/tiling";
import { Random } from "@/lib/numerics/random";
import { relativeError } from "../../check-operation";
import { softwareCard } from "./software-card";

const card = await softwareCard();

const cases: readonly AttentionShape[] = [
  { heads: 2, queries: 20, keys: 36, width: 8, scale: 0.7, channelsFirst: true },
  { heads: 3, queries: 19, keys: 23, width: 6, scale: 1, channelsFirst: false },
];

test.skipIf(card === null)("attention and its three gradients, in both layouts", async () => {
  const random = new Random(13);
  for (const shape of cases) {
    const { heads, queries, keys, width } = shape;
    // Large enough that weights differ, and that exponentials without their maximum would overflow.
    const [q, k] = [queries, keys].map((tokens) => random.normals(heads * tokens * width).map((x) => 8 * x));
    const [v, dHeard] = [keys, queries].map((tokens) => random.normals(heads * tokens * width));
    const expected = attend(shape, { q: q!, k: k!, v: v!, dHeard: dHeard! });
    const [heard, logSums] = await card!.run(
      attention(shape, softwareTuning),
      [q!, k!, v!],
      [heads * queries * width, heads * queries],
    );
    const claim = JSON.stringify(shape);
    expect(relativeError(heard!, expected.heard), claim).toBeLessThan(1e-5);
    expect(relativeError(logSums!, expected.logSums), claim).toBeLessThan(1e-6);
    const gradients = await card!.run(
      attentionGradient(shape, softwareTuning),
      [q!, k!, v!, heard!, logSums!, dHeard!],
      [q!.length, k!.length, v!.length],
    );
    for (const [index, values] of [expected.dq, expected.dk, expected.dv].entries()) {
      expect(relativeError(gradients[index]!, values), `gradient ${index} of ${claim}`).toBeLessThan(1e-5);
    }
  }
});

type Operands = Record<"q" | "k" | "v" | "dHeard", Float32Array>;

function attend(shape: AttentionShape, { q, k, v, dHeard }: Operands) {
  const { heads, queries, keys, width, scale, channelsFirst } = shape;
  const at = (head: number, token: number, channel: number, tokens: number) =>
    channelsFirst ? (head * width + channel) * tokens + token : (head * tokens + token) * width + channel;
  const over = (count: number, term: (index: number) => number) =>
    Array.from({ length: count }, (_, index) => term(index)).reduce((sum, value) => sum + value, 0);
  const [heard, dq] = [new Float64Array(q.length), new Float64Array(q.length)];
  const [dk, dv] = [new Float64Array(k.length), new Float64Array(v.length)];
  const logSums = new Float64Array(heads * queries);
  for (let head = 0; head < heads; head++) {
    for (let query = 0; query < queries; query++) {
      const ofQuery = (channel: number) => at(head, query, channel, queries);
      const ofKey = (key: number, channel: number) => at(head, key, channel, keys);
      const scores = Array.from(
        { length: keys },
        (_, key) => scale * over(width, (channel) => q[ofQuery(channel)]! * k[ofKey(key, channel)]!),
      );
      const greatest = Math.max(...scores);
      const sum = over(keys, (key) => Math.exp(scores[key]! - greatest));
      logSums[head * queries + query] = greatest + Math.log(sum);
      const weights = scores.map((score) => Math.exp(score - greatest) / sum);
      const dWeights = weights.map((_, key) =>
        over(width, (channel) => dHeard[ofQuery(channel)]! * v[ofKey(key, channel)]!),
      );
      const mean = over(keys, (key) => weights[key]! * dWeights[key]!);
      for (let channel = 0; channel < width; channel++) {
        for (let key = 0; key < keys; key++) {
          const slope = weights[key]! * (dWeights[key]! - mean) * scale;
          heard[ofQuery(channel)]! += weights[key]! * v[ofKey(key, channel)]!;
          dv[ofKey(key, channel)]! += weights[key]! * dHeard[ofQuery(channel)]!;
          dq[ofQuery(channel)]! += slope * k[ofKey(key, channel)]!;
          dk[ofKey(key, channel)]! += slope * q[ofQuery(channel)]!;
        }
      }
    }
  }
  return { heard, logSums, dq, dk, dv };
}
