/** The gradient of attention, which computes the pairs' weights again (Dao et al. 2022, "FlashAttention", algorithm 4). */
import type { Kernel, KernelSequence } from "../../graph/kernel";
import {
  type AttentionShape,
  addWeighted,
  type Block,
  blockOf,
  blockRoom,
  declareResult,
  type HeadTensor,
  headBinding,
  loadBlock,
  loadFunction,
  pairProducts,
  pairRoom,
  placeCode,
  rowFunction,
  storeFunction,
  storePairs,
  storeResult,
} from "./attention-block";
import { buffers, entryPoint, float, gridOf, usualThreads } from "./shader-text";
import type { Tuning } from "./tiling";

/**
 * Reads queries, keys, values, what `attention` wrote (means, logarithms of sums) and dLoss/dmeans; writes dLoss/dqueries,
 * dLoss/dkeys and dLoss/dvalues.
 */
export function attentionGradient(shape: AttentionShape, tuning: Tuning): KernelSequence {
  const block = blockOf(shape, tuning.attentionBlock);
  const [q, k, v, heard, logSums, dHeard, dq, dk, dv, agreement] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;
  const operands = [q, k, v, dHeard, logSums, agreement];
  return {
    calls: [
      { kernel: agreementKernel(shape), reads: [heard, dHeard], writes: [agreement] },
      { kernel: queryKernel(shape, block), reads: operands, writes: [dq] },
      { kernel: keyKernel(shape, block), reads: operands, writes: [dk, dv] },
    ],
    scratch: [shape.heads * shape.queries],
  };
}

/** Σ over channels of mean · dLoss/dmean, which every derivative by a score of the query contains. */
function agreementKernel({ heads, queries, width, channelsFirst }: AttentionShape): Kernel {
  const [start, stride] = channelsFirst
    ? [`i / ${queries}u * ${width * queries}u + i % ${queries}u`, queries]
    : [`i * ${width}u`, 1];
  return {
    label: `attention's agreement ${heads} × ${queries}`,
    reads: 2,
    writes: 1,
    workgroups: gridOf(Math.ceil((heads * queries) / usualThreads)),
    code: `${buffers([{ name: "heard" }, { name: "dHeard" }], [{ name: "agreement" }])}
${entryPoint(`
  let i = workgroup * ${usualThreads}u + thread;
  if (i >= ${heads * queries}u) { return; }
  let start = ${start};
  var sum = 0f;
  for (var channel = 0u; channel < ${width}u; channel++) {
    sum += heard[start + channel * ${stride}u] * dHeard[start + channel * ${stride}u];
  }
  agreement[i] = sum;`)}`,
  };
}

const rows = ["x", "y", "z", "w"] as const;
const perRow = (code: (row: number, lane: string) => string) =>
  rows.map((lane, row) => code(row, lane)).join("\n    ");

/** What both kernels read, in this order, and the functions that read it. */
function operandsOf(shape: AttentionShape) {
  const heads: HeadTensor[] = [
    { name: "queries", tokens: shape.queries },
    { name: "keys", tokens: shape.keys },
    { name: "values", tokens: shape.keys },
    { name: "dHeard", tokens: shape.queries },
  ];
  return {
    bindings: [
      ...heads.map((tensor) => headBinding(shape, tensor)),
      { name: "logSums" },
      { name: "agreement" },
    ],
    code: [
      ...heads.map((tensor) => loadFunction(shape, tensor)),
      rowFunction("logSums", shape.queries),
      rowFunction("agreement", shape.queries),
    ].join("\n"),
  };
}

/** dLoss/dqueries: the workgroup has a block of queries, and all keys pass by. */
function queryKernel(shape: AttentionShape, block: Block): Kernel {
  const { heads, queries, keys } = shape;
  const { size, threads } = block;
  const scale = float(shape.scale);
  const operands = operandsOf(shape);
  const result = { name: "dQueries", tokens: queries };
  const program = `${placeCode(block)}
  let logSum = four_logSums(head, first + down * 4u);
  let mean = four_agreement(head, first + down * 4u);
  ${declareResult("slope", block)}
  ${loadBlock(shape, block, ["query", "queries", "first"])}
  ${loadBlock(shape, block, ["dMean", "dHeard", "first"])}
  for (var key = 0u; key < ${keys}u; key += ${size}u) {
    workgroupBarrier();
    ${loadBlock(shape, block, ["other", "values", "key"])}
    workgroupBarrier();
    ${pairProducts("dWeight", "dMean", "other", block)}
    workgroupBarrier();
    ${loadBlock(shape, block, ["other", "keys", "key"])}
    workgroupBarrier();
    ${pairProducts("score", "query", "other", block)}
    let beyond = vec4u(0u, 1u, 2u, 3u) + key + across * 4u >= vec4u(${keys}u);
    ${perRow(
      (row, lane) =>
        `score${row} = select(exp(score${row} * ${scale} - logSum.${lane}) * (dWeight${row} - mean.${lane}) * ${scale}, vec4f(), beyond);`,
    )}
    ${storePairs("pairs", "score", block)}
    workgroupBarrier();
    ${addWeighted("slope", "pairs", "other", block)}
  }
  ${storeResult("slope", "dQueries", block)}`;
  return {
    label: `attention's gradient by queries ${heads} × ${queries} × ${keys}`,
    reads: operands.bindings.length,
    writes: 1,
    workgroups: [Math.ceil(queries / size), heads, 1],
    code: `${buffers(operands.bindings, [headBinding(shape, result)])}
${operands.code}
${storeFunction(shape, result)}
${["query", "dMean", "other"].map((name) => blockRoom(name, block)).join("\n")}
${pairRoom("pairs", block)}
${entryPoint(program, threads)}`,
  };
}

/** dLoss/dkeys and dLoss/dvalues: the workgroup has a block of keys, and all queries pass by. */
function keyKernel(shape: AttentionShape, block: Block): Kernel {
  const { heads, queries, keys } = shape;
  const { size, threads } = block;
  const scale = float(shape.scale);
  const operands = operandsOf(shape);
  const results = ["dKeys", "dValues"].map((name) => ({ name, tokens: keys }));
  const program = `${placeCode(block)}
  ${declareResult("keySlope", block)}
  ${declareResult("valueSlope", block)}
  ${loadBlock(shape, block, ["key", "keys", "first"])}
  ${loadBlock(shape, block, ["value", "values", "first"])}
  for (var query = 0u; query < ${queries}u; query += ${size}u) {
    workgroupBarrier();
    ${loadBlock(shape, block, ["other", "queries", "query"])}
    workgroupBarrier();
    ${pairProducts("weight", "key", "other", block)}
    let token = query + across * 4u;
    let beyond = vec4u(0u, 1u, 2u, 3u) + token >= vec4u(${queries}u);
    let logSum = four_logSums(head, token);
    ${perRow((row) => `weight${row} = select(exp(weight${row} * ${scale} - logSum), vec4f(), beyond);`)}
    ${storePairs("pairs", "weight", block)}
    workgroupBarrier();
    ${loadBlock(shape, block, ["other", "dHeard", "query"])}
    workgroupBarrier();
    ${pairProducts("dWeight", "value", "other", block)}
    ${addWeighted("valueSlope", "pairs", "other", block)}
    let mean = four_agreement(head, token);
    workgroupBarrier();
    ${perRow((row) => `dWeight${row} = weight${row} * (dWeight${row} - mean) * ${scale};`)}
    ${storePairs("pairs", "dWeight", block)}
    ${loadBlock(shape, block, ["other", "queries", "query"])}
    workgroupBarrier();
    ${addWeighted("keySlope", "pairs", "other", block)}
  }
  ${storeResult("keySlope", "dKeys", block)}
  ${storeResult("valueSlope", "dValues", block)}`;
  return {
    label: `attention's gradient by keys ${heads} × ${queries} × ${keys}`,
    reads: operands.bindings.length,
    writes: 2,
    workgroups: [Math.ceil(keys / size), heads, 1],
    code: `${buffers(
      operands.bindings,
      results.map((result) => headBinding(shape, result)),
    )}
${operands.code}
${results.map((result) => storeFunction(shape, result)).join("\n")}
${["key", "value", "other"].map((name) => blockRoom(name, block)).join("\n")}
${pairRoom("pairs", block)}
${entryPoint(program, threads)}`,
  };
}
