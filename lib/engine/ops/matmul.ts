/** Matrix products. */
import type { OnnxEmitter, Tensor } from "../graph/graph";
import { defineOperation, operandError } from "../graph/operation";
import { elementCount, type Shape, sameShape } from "../graph/tensor-type";
import { broadcastStrides } from "../webgpu/flat-index";
import { product } from "../webgpu/kernels/product";
import { broadcastShape, reduceSum, sumTo } from "./broadcasting";
import { reshape } from "./shape";

type Product = { readonly transposeA: boolean; readonly transposeB: boolean; readonly scale: number };

const applyMatmul = defineOperation<[a: Tensor, b: Tensor], [y: Tensor], Product>({
  name: "matmul",
  infer([a, b], { transposeA, transposeB }) {
    if (a.shape.length < 2 || b.shape.length < 2) throw operandError("matmul", [a, b], "it takes matrices");
    const [rows, innerA] = matrixSize(a.shape, transposeA);
    const [innerB, columns] = matrixSize(b.shape, transposeB);
    if (innerA !== innerB)
      throw operandError("matmul", [a, b], `the inner sizes ${innerA} and ${innerB} differ`);
    const batch = broadcastShape(
      "matmul",
      [a, b],
      [a, b].map(({ shape }) => shape.slice(0, -2)),
    );
    if (a.dtype !== b.dtype || !(a.dtype === "float32" || a.dtype === "float64")) {
      throw operandError("matmul", [a, b], "both must be float32, or both float64");
    }
    return [{ shape: [...batch, rows, columns], dtype: a.dtype }];
  },
  emit(onnx, { inputs: [a, b], outputs: [y], attributes: { transposeA, transposeB, scale } }) {
    const transA = transposeA ? 1 : 0;
    const transB = transposeB ? 1 : 0;
    if (!transposeA && !transposeB && scale === 1) {
      onnx.node({ type: "MatMul", inputs: [a, b], outputs: [y] });
    } else if (a.shape.length === 2 && b.shape.length === 2) {
      const attributes = { transA, transB, alpha: { float: scale } };
      onnx.node({ type: "Gemm", inputs: [a, b], outputs: [y], attributes });
    } else if (onnx.provider === "cpu") {
      const attributes = { transA, transB, alpha: { float: scale } };
      onnx.node({ type: "FusedMatMul", inputs: [a, b], outputs: [y], attributes, domain: "com.microsoft" });
    } else {
      const factors = [transposeA ? transposed(onnx, a) : a, transposeB ? transposed(onnx, b) : b];
      const product = scale === 1 ? y : onnx.temporary();
      onnx.node({ type: "MatMul", inputs: factors, outputs: [product] });
      if (scale !== 1) onnx.node({ type: "Mul", inputs: [product, onnx.float(scale)], outputs: [y] });
    }
  },
  lower(card, { inputs: [a, b], outputs: [y], attributes: { transposeA, transposeB, scale } }) {
    const [rows, terms] = matrixSize(a.shape, transposeA);
    const [before, beforeA, beforeB] = [y, a, b].map(({ shape }) => shape.slice(0, -2));
    const shape = {
      rows,
      terms,
      columns: y.shape.at(-1)!,
      transposeLeft: transposeA,
      transposeRight: transposeB,
      batch: pairing(beforeA!, beforeB!, before!),
      scale,
    };
    card.run(product(shape, card.tuning), [a, b], [y]);
  },
  // For C = s·A·B: dA = s·dC·Bᵀ and dB = s·Aᵀ·dC; a transposed factor takes the transpose of its formula.
  gradient({ inputs: [a, b], attributes: { transposeA, transposeB, scale } }, [dy]) {
    const da = transposeA
      ? matmul(b, dy, { transposeA: transposeB, transposeB: true, scale })
      : matmul(dy, b, { transposeB: !transposeB, scale });
    const db = transposeB
      ? matmul(dy, a, { transposeA: true, transposeB: transposeA, scale })
      : matmul(a, dy, { transposeA: !transposeA, scale });
    return [sumTo(da, a.shape), sumTo(db, b.shape)];
  },
});

/**
 * The product of the last two axes, for every index of the axes before them, which broadcast.
 * @param options `transposeA`, `transposeB` swap a factor's last two axes first; `scale` multiplies the product
 */
export function matmul(a: Tensor, b: Tensor, options: Partial<Product> = {}): Tensor {
  return applyMatmul([a, b], { transposeA: false, transposeB: false, scale: 1, ...options })[0];
}

const applyLinear = defineOperation<[x: Tensor, weight: Tensor, ...bias: Tensor[]], [y: Tensor]>({
  name: "linear",
  infer([x, weight, bias]) {
    const operands = bias ? [x, weight, bias] : [x, weight];
    const [outputSize, inputSize] = weight.shape;
    if (weight.shape.length !== 2 || x.shape[1] !== inputSize) {
      throw operandError("linear", operands, `the weight must be [outputs, ${x.shape.at(-1)}]`);
    }
    if (bias && !sameShape(bias.shape, [outputSize!])) {
      throw operandError("linear", operands, `the bias must be [${outputSize}]`);
    }
    return [{ shape: [x.shape[0]!, outputSize!], dtype: "float32" }];
  },
  emit(onnx, { inputs, outputs }) {
    onnx.node({ type: "Gemm", inputs, outputs, attributes: { transB: 1 } });
  },
  lower(card, { inputs, outputs: [y] }) {
    const [columns, terms] = inputs[1].shape as [number, number];
    const shape = { rows: y.shape[0]!, columns, terms, transposeRight: true, bias: inputs.length === 3 };
    card.run(product(shape, card.tuning), inputs, [y]);
  },
  gradient: ({ inputs: [x, weight] }, [dy]) => [
    matmul(dy, weight),
    matmul(dy, x, { transposeA: true }),
    reduceSum(dy, [0]),
  ],
});

/**
 * x · weightᵀ + bias along the last axis, torch's `Linear`.
 * @param x [..., inputs]
 * @param weight [outputs, inputs]
 * @param bias [outputs]
 * @returns [..., outputs]
 */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const width = x.shape.at(-1);
  if (width === undefined) throw operandError("linear", [x, weight], "it takes at least a vector");
  const rows = reshape(x, [elementCount(x.shape) / width, width]);
  const [y] = applyLinear(bias ? [rows, weight, bias] : [rows, weight], {});
  return reshape(y, [...x.shape.slice(0, -1), weight.shape[0]!]);
}

function matrixSize(shape: Shape, transposed: boolean): [rows: number, columns: number] {
  const [rows, columns] = [shape.at(-2)!, shape.at(-1)!];
  return transposed ? [columns, rows] : [rows, columns];
}

function transposed(onnx: OnnxEmitter, x: Tensor): string {
  const axes = x.shape.map((_, axis) => axis);
  const result = onnx.temporary();
  const perm = [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!];
  onnx.node({ type: "Transpose", inputs: [x], outputs: [result], attributes: { perm } });
  return result;
}

/** How the matrices of two stacks, which broadcast, meet: a stride for each axis of the result, counted in matrices. */
function pairing(a: Shape, b: Shape, result: Shape) {
  const [left, right] = [a, b].map((shape) => broadcastStrides(shape, result));
  return result.map((size, axis) => ({ size, left: left![axis]!, right: right![axis]! }));
}
