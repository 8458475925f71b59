/** Attention without the matrix of all pairs in memory (Dao et al. 2022, "FlashAttention", algorithm 1). */
import type { Kernel } from "../../graph/kernel";
import {
  type AttentionShape,
  addWeighted,
  blockOf,
  blockRoom,
  declareResult,
  headBinding,
  loadBlock,
  loadFunction,
  pairProducts,
  pairRoom,
  placeCode,
  storeFunction,
  storePairs,
  storeResult,
} from "./attention-block";
import { buffers, entryPoint, float } from "./shader-text";
import type { Tuning } from "./tiling";

/** Less than every product: its exponential is zero, and unlike an infinity's a difference with it is a number. */
const lowest = "-3e38f";

/**
 * Reads queries, keys and values; writes for each query the mean of the values, weighted by softmax(scale · query · key),
 * and the logarithm of the sum of the exponentials, [heads, queries], for the gradient.
 */
export function attention(shape: AttentionShape, tuning: Tuning): Kernel {
  const { heads, queries, keys, width, scale } = shape;
  const block = blockOf(shape, tuning.attentionBlock);
  const { size, fours, threads } = block;
  const [q, k, v] = [
    { name: "queries", tokens: queries },
    { name: "keys", tokens: keys },
    { name: "values", tokens: keys },
  ] as const;
  const heard = { name: "heard", tokens: queries };
  const rows = ["x", "y", "z", "w"] as const;
  const perRow = (code: (row: number, lane: string) => string) =>
    rows.map((lane, row) => code(row, lane)).join(" ");
  const program = `${placeCode(block)}
  var most = vec4f(${lowest});
  var total = vec4f();
  ${declareResult("mean", block)}
  ${loadBlock(shape, block, ["query", "queries", "first"])}
  for (var key = 0u; key < ${keys}u; key += ${size}u) {
    workgroupBarrier();
    ${loadBlock(shape, block, ["other", "keys", "key"])}
    workgroupBarrier();
    ${pairProducts("score", "query", "other", block)}
    let beyond = vec4u(0u, 1u, 2u, 3u) + key + across * 4u >= vec4u(${keys}u);
    ${perRow((row) => `score${row} = select(score${row} * ${float(scale)}, vec4f(${lowest}), beyond);`)}
    exchange[across * ${fours}u + down] = vec4f(${rows.map((_, row) => `greatest(score${row})`).join(", ")});
    workgroupBarrier();
    ${loadBlock(shape, block, ["other", "values", "key"])}
    var now = most;
    for (var i = 0u; i < ${fours}u; i++) { now = max(now, exchange[i * ${fours}u + down]); }
    let fade = exp(most - now);
    most = now;
    ${perRow((row, lane) => `score${row} = exp(score${row} - now.${lane});`)}
    total = total * fade + vec4f(${rows.map((_, row) => `dot(score${row}, vec4f(1f))`).join(", ")});
    ${storePairs("weights", "score", block)}
    workgroupBarrier();
    ${Array.from({ length: block.channels }, (_, channel) => `mean${channel} *= fade;`).join(" ")}
    ${addWeighted("mean", "weights", "other", block)}
  }
  workgroupBarrier();
  exchange[across * ${fours}u + down] = total;
  workgroupBarrier();
  var sum = vec4f();
  for (var i = 0u; i < ${fours}u; i++) { sum += exchange[i * ${fours}u + down]; }
  ${storeResult("mean", "heard", block, (value) => `${value} / sum`)}
  if (across == 0u) {
    let logSum = most + log(sum);
    for (var lane = 0u; lane < 4u; lane++) {
      let token = first + down * 4u + lane;
      if (token < ${queries}u) { logSums[head * ${queries}u + token] = logSum[lane]; }
    }
  }`;
  return {
    label: `attention ${heads} × ${queries} × ${keys} × ${width}`,
    reads: 3,
    writes: 2,
    workgroups: [Math.ceil(queries / size), heads, 1],
    code: `${buffers(
      [q, k, v].map((tensor) => headBinding(shape, tensor)),
      [headBinding(shape, heard), { name: "logSums" }],
    )}
${[q, k, v].map((tensor) => loadFunction(shape, tensor)).join("\n")}
${storeFunction(shape, heard)}
fn greatest(four: vec4f) -> f32 { return max(max(four.x, four.y), max(four.z, four.w)); }
${blockRoom("query", block)}
${blockRoom("other", block)}
${pairRoom("weights", block)}
var<workgroup> exchange: array<vec4f, ${threads}>;
${entryPoint(program, threads)}`,
  };
}
