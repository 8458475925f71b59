/** Building a graph: names, shapes and constants are checked immediately. */
import { describe, expect, test } from "vitest";
import { Graph } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";

describe("names", () => {
  test("a parameter asked for twice is one tensor", () => {
    const graph = new Graph("g");
    expect(graph.parameter("w", [2, 3])).toBe(graph.parameter("w", [2, 3]));
    expect([...graph.parameters.keys()]).toEqual(["w"]);
  });

  test("a parameter asked for in another shape is rejected with an error that names it", () => {
    const graph = new Graph("g");
    graph.parameter("w", [2, 3]);
    expect(() => graph.parameter("w", [3, 2])).toThrow(
      'Parameter "w" is used with shape [3, 2] and with [2, 3]',
    );
  });

  test.each([
    ["the name of another input", "x"],
    ["the name of a parameter", "w"],
    ["no name", ""],
    ["a name that graphs give themselves", "%add.1"],
  ])("an input cannot have %s", (_, name) => {
    const graph = new Graph("g");
    graph.input("x", [1]);
    graph.parameter("w", [1]);
    expect(() => graph.input(name, [1])).toThrow(`cannot have an input "${name}"`);
  });

  test("two outputs cannot share a name", () => {
    const graph = new Graph("g");
    graph.output("y", graph.input("x", [1]));
    expect(() => graph.output("y", graph.constant(1))).toThrow('already has an output "y"');
  });

  test("tensors of two graphs do not mix", () => {
    const [one, two] = [new Graph("one"), new Graph("two")];
    const x = one.input("x", [1]);
    expect(() => op.add(x, two.input("z", [1]))).toThrow('add: "z" belongs to graph "two", not to "one"');
    expect(() => two.output("y", x)).toThrow('belongs to graph "one"');
  });
});

describe("constants", () => {
  test("of equal content are one tensor, of different type or shape two", () => {
    const graph = new Graph("g");
    const zeros = graph.constant(new Float32Array(4), [2, 2]);
    expect(graph.constant(new Float32Array(4), [2, 2])).toBe(zeros);
    expect(graph.constant(new Float32Array(4), [4])).not.toBe(zeros);
    expect(graph.constant(new Int32Array(4), [2, 2])).not.toBe(zeros);
    expect(graph.constant(new Uint8Array(4), [2, 2])).not.toBe(
      graph.constant(new Uint8Array(4), [2, 2], "bool"),
    );
  });

  test("of the wrong length are rejected", () => {
    expect(() => new Graph("g").constant(new Float32Array(5), [2, 2])).toThrow("5 float32 values");
  });
});

describe("a shape error is thrown by the operation, with its operands' shapes", () => {
  const graph = new Graph("g");
  const x = graph.input("x", [2, 3]);
  const image = graph.input("image", [1, 4, 8, 8]);
  const ids = graph.input("ids", [5], "int64");
  const weight = (...shape: number[]) => graph.parameter(`weight ${shape}`, shape);

  test.each<[string, () => unknown, string]>([
    ["add", () => op.add(x, weight(4)), "add([2, 3], [4])"],
    ["add of two types", () => op.add(x, ids), "add([2, 3], int64 [5]): the types differ"],
    ["reshape", () => op.reshape(x, [4]), "reshape([2, 3]): it cannot become [4]"],
    ["transpose", () => op.transpose(x, [0, 0]), "transpose([2, 3])"],
    ["concat", () => op.concat([x, weight(3, 2)], 0), "concat([2, 3], [3, 2])"],
    ["split", () => op.split(x, [1, 1], 1), "split([2, 3])"],
    ["slice", () => op.slice(x, { axis: 1, start: 2, end: 4 }), "slice([2, 3])"],
    ["broadcastTo", () => op.broadcastTo(x, [3, 3]), "broadcastTo([2, 3])"],
    ["reduceSum", () => op.reduceSum(x, [2]), "reduceSum([2, 3]): there is no axis 2"],
    ["matmul", () => op.matmul(x, weight(2, 3)), "matmul([2, 3], [2, 3]): the inner sizes 3 and 2 differ"],
    ["linear", () => op.linear(x, weight(3, 2)), "linear([2, 3], [3, 2])"],
    ["linear's bias", () => op.linear(x, weight(4, 3), weight(3)), "the bias must be [4]"],
    ["conv2d", () => op.conv2d(image, weight(2, 3, 3, 3)), "conv2d([1, 4, 8, 8], [2, 3, 3, 3])"],
    ["conv2d's size", () => op.conv2d(image, weight(2, 4, 9, 9)), "the image is smaller than the kernel"],
    ["averagePool2d", () => op.averagePool2d(image, { kernel: 9 }), "smaller than the window"],
    ["upsampleNearest2x", () => op.upsampleNearest2x(x), "upsampleNearest2x([2, 3])"],
    [
      "groupNorm",
      () => op.groupNorm(image, weight(4), weight(4), { groups: 3, epsilon: 1e-5 }),
      "groupNorm([1, 4, 8, 8]): its channels do not form 3 equal groups",
    ],
    [
      "groupNorm's scale",
      () => op.groupNorm(image, weight(4), weight(4), { groups: 2, epsilon: 1e-5, scale: weight(4) }),
      "scale and shift must be [1, 4]",
    ],
    ["layerNorm", () => op.layerNorm(x, weight(2), weight(2), { epsilon: 1e-5 }), "must be [3]"],
    ["embedding", () => op.embedding(weight(7), ids), "the table must be [V, D]"],
    ["gather", () => op.gather(x, x, 0), "the indices must be int64"],
    ["where", () => op.where(x, x, x), "it takes a bool mask"],
    ["meanSquaredError", () => op.meanSquaredError(x, weight(3)), "meanSquaredError([2, 3], [3])"],
    ["sigmoid", () => op.sigmoid(ids), "sigmoid(int64 [5]): it takes float32"],
  ])("%s", (_, build, message) => {
    expect(build).toThrow(
      expect.objectContaining({ code: "shape_mismatch", message: expect.stringContaining(message) }),
    );
  });
});
