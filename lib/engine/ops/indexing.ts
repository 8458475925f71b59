/** Picking rows by number, and adding into rows by number: each is the other's gradient. */
import type { Tensor } from "../graph/graph";
import { defineOperation, operandError } from "../graph/operation";
import { elementCount } from "../graph/tensor-type";
import { addRows } from "../webgpu/kernels/add-rows";
import { axisOf } from "./axes";
import { reshape, transpose } from "./shape";

const applyGatherRows = defineOperation<[table: Tensor, indices: Tensor], [rows: Tensor]>({
  name: "gather",
  infer: ([table, indices]) => [{ shape: [...indices.shape, ...table.shape.slice(1)], dtype: table.dtype }],
  emit(onnx, { inputs, outputs }) {
    onnx.node({ type: "Gather", inputs, outputs, attributes: { axis: 0 } });
  },
  lower(card, { inputs: [table, indices], outputs: [rows] }) {
    const width = elementCount(table.shape.slice(1));
    card.map(rows, {
      reads: [table, indices],
      moves: true,
      value(scope) {
        const place = scope.name("u32", `${scope.index} / ${width}u`);
        const row = scope.name("u32", `min(u32(${scope.read(indices, place)}), ${table.shape[0]! - 1}u)`);
        return scope.read(table, scope.name("u32", `${row} * ${width}u + ${scope.index} % ${width}u`));
      },
    });
  },
  gradient({ inputs: [table, indices] }, [dy]) {
    const width = elementCount(table.shape.slice(1));
    const count = elementCount(indices.shape);
    const sums = scatterAdd(reshape(dy, [count, width]), reshape(indices, [count]), table.shape[0]!);
    return [reshape(sums, table.shape), null];
  },
});

/**
 * The parts of `x` at the given places of an axis.
 * @param indices int64 of any shape, each in [0, size of the axis); its shape replaces the axis
 */
export function gather(x: Tensor, indices: Tensor, axis: number): Tensor {
  if (indices.dtype !== "int64") throw operandError("gather", [x, indices], "the indices must be int64");
  const index = axisOf("gather", x, axis);
  if (index === 0) return applyGatherRows([x, indices], {})[0];
  const others = x.shape.map((_, other) => other).filter((other) => other !== index);
  const rows = applyGatherRows([transpose(x, [index, ...others]), indices], {})[0];
  const gathered = indices.shape.map((_, place) => place);
  const rest = others.map((_, place) => gathered.length + place);
  return transpose(rows, [...rest.slice(0, index), ...gathered, ...rest.slice(index)]);
}

/**
 * The rows of a table that belong to ids, such as the vectors of a text's tokens.
 * @param table [V, D]
 * @param ids int64 of any shape, each in [0, V)
 * @returns [...shape of ids, D]
 */
export function embedding(table: Tensor, ids: Tensor): Tensor {
  if (table.shape.length !== 2) throw operandError("embedding", [table, ids], "the table must be [V, D]");
  return gather(table, ids, 0);
}

const applyScatterAdd = defineOperation<[values: Tensor, indices: Tensor], [sums: Tensor], { rows: number }>({
  name: "scatterAdd",
  infer: ([values], { rows }) => [{ shape: [rows, ...values.shape.slice(1)], dtype: "float32" }],
  // Not ScatterND: with repeated indices its additions race on several threads, and the sums come out wrong.
  emit(onnx, { inputs: [values, indices], outputs: [sums] }) {
    const [zeros, column, places] = [onnx.temporary(), onnx.temporary(), onnx.temporary()];
    const columnShape = values.shape.map((size, axis) => (axis === 0 ? size : 1));
    onnx.node({ type: "Expand", inputs: [onnx.float(0), onnx.integers(sums.shape)], outputs: [zeros] });
    onnx.node({ type: "Reshape", inputs: [indices, onnx.integers(columnShape)], outputs: [column] });
    onnx.node({ type: "Expand", inputs: [column, onnx.integers(values.shape)], outputs: [places] });
    onnx.node({
      type: "ScatterElements",
      inputs: [zeros, places, values],
      outputs: [sums],
      attributes: { axis: 0, reduction: "add" },
    });
  },
  lower(card, { inputs: [values, indices], outputs: [sums], attributes: { rows } }) {
    const [count] = indices.shape as readonly [number];
    const width = elementCount(values.shape) / count;
    card.run(addRows({ count, rows, width }), [values, indices], [sums]);
  },
  gradient: ({ inputs: [, indices] }, [dSums]) => [gather(dSums, indices, 0), null],
});

/**
 * Row r of the result is the sum of the values whose index is r.
 * @param values [n, ...]
 * @param indices int64 [n], each in [0, rows); repetitions add up
 * @returns [rows, ...]
 */
export function scatterAdd(values: Tensor, indices: Tensor, rows: number): Tensor {
  if (indices.dtype !== "int64" || indices.shape.length !== 1 || indices.shape[0] !== values.shape[0]) {
    throw operandError("scatterAdd", [values, indices], "it takes one int64 index per row of values");
  }
  return applyScatterAdd([values, indices], { rows })[0];
}
