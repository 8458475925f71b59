/** Running graphs: weights as inputs or constants, arrays read and written in place, inputs checked by name. */
import { describe, expect, test } from "vitest";
import { Graph } from "@/lib/engine/graph/graph";
import type { WeightSource } from "@/lib/engine/graph/weights";
import * as op from "@/lib/engine/ops";
import { createSession } from "@/lib/engine/runtime/session";

function affine(): Graph {
  const graph = new Graph("affine");
  const x = graph.input("x", [2]);
  const y = op.add(op.mul(x, graph.parameter("a", [2])), graph.parameter("b", [2]));
  graph.output("y", y);
  graph.output("half", op.mul(y, 0.5));
  return graph;
}

const weights: WeightSource = new Map([
  ["a", { shape: [2], data: Float32Array.of(2, 3) }],
  ["b", { shape: [2], data: Float32Array.of(10, 20) }],
]);

const x = Float32Array.of(1, 2);

describe("weights", () => {
  const expected = { y: Float32Array.of(12, 26), half: Float32Array.of(6, 13) };

  test("are fed at each run if the session has none", async () => {
    const session = await createSession(affine());
    const feeds = { x, a: Float32Array.of(2, 3), b: Float32Array.of(10, 20) };
    expect(await session.run(feeds)).toEqual(expected);
    expect(await session.run({ ...feeds, a: new Float32Array(2) })).toMatchObject({ y: feeds.b });
  });

  test("are part of the session if it was given them", async () => {
    const session = await createSession(affine(), { weights });
    expect(await session.run({ x })).toEqual(expected);
  });

  test("are read once: changing them afterwards changes nothing", async () => {
    const a = Float32Array.of(2, 3);
    const session = await createSession(affine(), {
      weights: new Map([...weights, ["a", { shape: [2], data: a }]]),
    });
    a.fill(0);
    expect(await session.run({ x })).toEqual(expected);
  });

  test("may be views of larger arrays", async () => {
    const all = Float32Array.of(0, 2, 3, 10, 20);
    const views = new Map([
      ["a", { shape: [2], data: all.subarray(1, 3) }],
      ["b", { shape: [2], data: all.subarray(3) }],
    ]);
    const session = await createSession(affine(), { weights: views });
    expect(await session.run({ x })).toEqual(expected);
  });

  test("that are missing or of the wrong shape are named", async () => {
    const onlyA = new Map([["a", weights.get("a")!]]);
    const wrongB = new Map([...onlyA, ["b", { shape: [1, 2], data: Float32Array.of(1, 2) }] as const]);
    await expect(createSession(affine(), { weights: onlyA })).rejects.toMatchObject({
      code: "missing_tensor",
      message: 'The weights hold no tensor "b".',
    });
    await expect(createSession(affine(), { weights: wrongB })).rejects.toMatchObject({
      code: "shape_mismatch",
      message: 'Tensor "b" has shape [1, 2] and 2 values; the model needs [2].',
    });
  });

  test("that no output depends on are not needed", async () => {
    const graph = affine();
    op.mul(graph.parameter("unused", [5]), 2);
    const session = await createSession(graph, { weights });
    expect(await session.run({ x })).toEqual(expected);
  });
});

describe("a run", () => {
  test("reads views of larger arrays", async () => {
    const session = await createSession(affine());
    const all = Float32Array.of(0, 1, 2, 2, 3, 10, 20);
    const feeds = { x: all.subarray(1, 3), a: all.subarray(3, 5), b: all.subarray(5, 7) };
    expect(await session.run(feeds)).toMatchObject({ y: Float32Array.of(12, 26) });
  });

  test("writes into the arrays it is given and returns them", async () => {
    const session = await createSession(affine(), { weights });
    const room = new Float32Array(6);
    const y = room.subarray(2, 4);
    const outputs = await session.run({ x }, { y });
    expect(outputs.y).toBe(y);
    expect(room).toEqual(Float32Array.of(0, 0, 12, 26, 0, 0));
    expect(outputs.half).toEqual(Float32Array.of(6, 13));
  });

  test("returns inputs, constants and twice-named tensors as outputs too", async () => {
    const graph = new Graph("aliases");
    const input = graph.input("x", [2]);
    const y = op.neg(input);
    graph.output("input", input);
    graph.output("constant", graph.constant(7));
    graph.output("once", y);
    graph.output("again", y);
    const session = await createSession(graph);
    const into = { once: new Float32Array(2), again: new Float32Array(2) };
    expect(await session.run({ x }, into)).toEqual({
      input: x,
      constant: Float32Array.of(7),
      once: Float32Array.of(-1, -2),
      again: Float32Array.of(-1, -2),
    });
    expect(await session.run({ x }, { again: into.again })).toMatchObject({ once: Float32Array.of(-1, -2) });
  });

  test("passes every data type", async () => {
    const graph = new Graph("types");
    const types = ["float32", "int64", "int32", "uint8", "bool"] as const;
    for (const dtype of types)
      graph.output(`${dtype} out`, op.reshape(graph.input(dtype, [2, 1], dtype), [1, 2]));
    const session = await createSession(graph);
    const feeds = {
      float32: Float32Array.of(0.5, -1),
      int64: BigInt64Array.of(2n ** 40n, -1n),
      int32: Int32Array.of(7, -7),
      uint8: Uint8Array.of(0, 255),
      bool: Uint8Array.of(0, 1),
    };
    const outputs = await session.run(feeds);
    for (const dtype of types) expect(outputs[`${dtype} out`]).toEqual(feeds[dtype]);
  });

  test.each([
    [
      "a missing input",
      {},
      { code: "missing_tensor", message: /Graph "affine" was run without "x" \(float32 \[2\]\)/ },
    ],
    [
      "a wrong length",
      { x: new Float32Array(3) },
      { code: "shape_mismatch", message: /"x".*Float32Array of 3/ },
    ],
    ["a wrong type", { x: new Int32Array(2) }, { code: "shape_mismatch", message: /"x".*Int32Array of 2/ }],
  ])("refuses %s by name", async (_, feeds, error) => {
    const session = await createSession(affine(), { weights });
    const { code, message } = error;
    await expect(session.run(feeds)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test("rejects an output array of the wrong length, a name it does not have, and shared memory", async () => {
    const session = await createSession(affine(), { weights });
    await expect(session.run({ x }, { y: new Float32Array(1) })).rejects.toMatchObject({
      code: "shape_mismatch",
    });
    await expect(session.run({ x }, { z: new Float32Array(2) })).rejects.toMatchObject({
      message: 'Graph "affine" has no output "z".',
    });
    const shared = new Float32Array(new SharedArrayBuffer(8));
    await expect(session.run({ x: shared })).rejects.toMatchObject({ message: /"x".*shared memory/ });
  });
});
