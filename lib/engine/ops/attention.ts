/** Attention as one operation, so that a graphics card need not hold the weight of every pair. */
import type { Tensor } from "../graph/graph";
import { defineOperation, operandError } from "../graph/operation";
import { elementCount, sameShape } from "../graph/tensor-type";
import { attention as attentionKernel } from "../webgpu/kernels/attention";
import { type AttentionShape, widestHead } from "../webgpu/kernels/attention-block";
import { attentionGradient } from "../webgpu/kernels/attention-gradient";
import { mul, sub } from "./arithmetic";
import { reduceSum } from "./broadcasting";
import { matmul } from "./matmul";
import { softmax } from "./reductions";

export type AttentionOptions = {
  /** Factor on the products of queries and keys. */
  readonly scale: number;
  /** Whether the last two axes are [width, tokens] instead of [tokens, width]. */
  readonly channelsFirst: boolean;
};

/**
 * Of the last two results the gradient takes one: on the processor the weights of all pairs, on a graphics card the
 * logarithms of the sums of exponentials, from which it computes the weights again. The other is zero, and costs nothing
 * unless it is a graph's output.
 */
const applyAttention = defineOperation<
  [queries: Tensor, keys: Tensor, values: Tensor],
  [heard: Tensor, weights: Tensor, logSums: Tensor],
  AttentionOptions
>({
  name: "attention",
  infer(inputs, options) {
    const [queries, keys, values] = inputs;
    const heads = queries.shape.slice(0, -2);
    const isFit = [keys, values].every(
      (tensor) =>
        sameShape(tensor.shape, keys.shape) &&
        sameShape(tensor.shape.slice(0, -2), heads) &&
        sizesOf(tensor, options).width === sizesOf(queries, options).width,
    );
    if (queries.shape.length < 2 || !isFit || inputs.some(({ dtype }) => dtype !== "float32")) {
      throw operandError("attention", inputs, "queries, keys and values must have the same heads and widths");
    }
    const rows = [...heads, sizesOf(queries, options).tokens];
    return [
      queries,
      { shape: [...rows, sizesOf(keys, options).tokens], dtype: "float32" },
      { shape: rows, dtype: "float32" },
    ];
  },
  emit(onnx, { inputs, outputs: [heard, weights, logSums], attributes }) {
    onnx.node({
      type: "Expand",
      inputs: [onnx.float(0), onnx.integers(logSums.shape)],
      outputs: [logSums],
    });
    onnx.compose(inputs, [heard, weights], (queries, keys, values) => {
      const pairs = weightsOf(queries!, keys!, attributes);
      return [meanOf(values!, pairs, attributes), pairs];
    });
  },
  lower(card, { inputs, outputs: [heard, weights, logSums], attributes }) {
    card.map(weights, { reads: [], value: () => "0f" });
    card.run(attentionKernel(shapeOf(inputs, attributes), card.tuning), inputs, [heard, logSums]);
  },
  gradient: ({ inputs, outputs, attributes }, [dHeard]) => [
    ...applyAttentionGradient([...inputs, ...outputs, dHeard], attributes),
  ],
});

/** For weights w and scores s: dw = dHeard · values and ds = w · (dw - Σ dw · w), as for softmax. */
const applyAttentionGradient = defineOperation<
  [
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    heard: Tensor,
    weights: Tensor,
    logSums: Tensor,
    dHeard: Tensor,
  ],
  [dQueries: Tensor, dKeys: Tensor, dValues: Tensor],
  AttentionOptions
>({
  name: "attentionGradient",
  infer: ([queries, keys, values]) => [queries, keys, values],
  emit(onnx, { inputs: [queries, keys, values, , weights, , dHeard], outputs, attributes }) {
    const { scale, channelsFirst } = attributes;
    onnx.compose([queries, keys, values, weights, dHeard], outputs, (...operands) => {
      const [q, k, v, w, dy] = operands as [Tensor, Tensor, Tensor, Tensor, Tensor];
      const dWeights = channelsFirst
        ? matmul(dy, v, { transposeA: true })
        : matmul(dy, v, { transposeB: true });
      const weighted = mul(dWeights, w);
      const dScores = sub(weighted, mul(w, reduceSum(weighted, [-1], { keepDims: true })));
      return channelsFirst
        ? [matmul(k, dScores, { transposeB: true, scale }), matmul(q, dScores, { scale }), matmul(dy, w)]
        : [
            matmul(dScores, k, { scale }),
            matmul(dScores, q, { transposeA: true, scale }),
            matmul(w, dy, { transposeA: true }),
          ];
    });
  },
  lower(card, { inputs: [queries, keys, values, heard, , logSums, dHeard], outputs, attributes }) {
    const work = attentionGradient(shapeOf([queries, keys, values], attributes), card.tuning);
    card.run(work, [queries, keys, values, heard, logSums, dHeard], outputs);
  },
  gradient({ inputs }) {
    throw operandError("attention", inputs, "it has no second derivative");
  },
});

/**
 * For every query the mean of the values, weighted by softmax(scale · query · key) over the keys.
 * @param queries [...heads, tokens, width], or with `channelsFirst` [...heads, width, tokens]
 * @param keys as the queries, with tokens of their own
 * @param values as the keys
 * @returns as the queries
 */
export function attention(queries: Tensor, keys: Tensor, values: Tensor, options: AttentionOptions): Tensor {
  if (sizesOf(queries, options).width > widestHead) {
    return meanOf(values, weightsOf(queries, keys, options), options);
  }
  return applyAttention([queries, keys, values], options)[0];
}

function weightsOf(queries: Tensor, keys: Tensor, { scale, channelsFirst }: AttentionOptions): Tensor {
  return softmax(
    matmul(queries, keys, channelsFirst ? { transposeA: true, scale } : { transposeB: true, scale }),
  );
}

function meanOf(values: Tensor, weights: Tensor, { channelsFirst }: AttentionOptions): Tensor {
  return channelsFirst ? matmul(values, weights, { transposeB: true }) : matmul(weights, values);
}

function sizesOf({ shape }: Tensor, { channelsFirst }: AttentionOptions) {
  const [first, second] = [shape.at(-2)!, shape.at(-1)!];
  return channelsFirst ? { width: first, tokens: second } : { width: second, tokens: first };
}

function shapeOf(
  [queries, keys]: readonly [Tensor, Tensor, Tensor],
  options: AttentionOptions,
): AttentionShape {
  const { width, tokens } = sizesOf(queries, options);
  return {
    ...options,
    width,
    queries: tokens,
    keys: sizesOf(keys, options).tokens,
    heads: elementCount(queries.shape.slice(0, -2)),
  };
}
