/** Sessions on a graphics card: what crosses the bus, what stays there, and what is refused by name. */
import { describe, expect, test } from "vitest";
import { gradients } from "@/lib/engine/autodiff";
import { Graph } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";
import { isCardError } from "@/lib/engine/webgpu/card-failure";
import { createCardTraining } from "@/lib/engine/webgpu/card-training";
import { openCard } from "@/lib/engine/webgpu/device";
import { createWebgpuSession } from "@/lib/engine/webgpu/webgpu-session";
import { softwareVulkan, useSoftwareVulkan } from "../software-vulkan";

const driver = softwareVulkan();
if (driver) useSoftwareVulkan(driver);

function affine(): Graph {
  const graph = new Graph("affine");
  const x = graph.input("x", [2]);
  graph.output("y", op.add(op.mul(x, graph.parameter("a", [2])), graph.parameter("b", [2])));
  return graph;
}

const weights = new Map([
  ["a", { shape: [2], data: Float32Array.of(2, 3) }],
  ["b", { shape: [2], data: Float32Array.of(10, 20) }],
]);

const x = Float32Array.of(1, 2);

describe.skipIf(driver === null)("a session on a card", () => {
  test("takes its weights once: a run writes the inputs and reads the outputs, and nothing else", async () => {
    const session = await createWebgpuSession(affine(), weights);
    const before = session.figures;
    expect(before.writtenBytes).toBe(16);
    const y = new Float32Array(2);
    expect((await session.run({ x }, { y })).y).toBe(y);
    expect(y).toEqual(Float32Array.of(12, 26));
    await session.run({ x: Float32Array.of(0, 0) });
    const { writtenBytes, readBytes, dispatches } = session.figures;
    expect({ written: writtenBytes - before.writtenBytes, readBytes, dispatches }).toEqual({
      written: 16,
      readBytes: 16,
      dispatches: 1,
    });
    await session.release();
  });

  test("keeps what several runs hold, until they hold something else", async () => {
    const session = await createWebgpuSession(affine());
    const held = { a: Float32Array.of(2, 3), b: Float32Array.of(10, 20) };
    const { writtenBytes } = session.figures;
    expect(await session.run({ x }, {}, held)).toEqual({ y: Float32Array.of(12, 26) });
    expect(await session.run({ x: Float32Array.of(0, 1) }, {}, held)).toEqual({ y: Float32Array.of(10, 23) });
    expect(session.figures.writtenBytes - writtenBytes).toBe(8 + 8 + 16);
    const others = { ...held, b: Float32Array.of(0, 0) };
    expect(await session.run({ x }, {}, others)).toEqual({ y: Float32Array.of(2, 6) });
    expect(await session.run({ x, ...held })).toEqual({ y: Float32Array.of(12, 26) });
    expect(await session.run({ x }, {}, others)).toEqual({ y: Float32Array.of(2, 6) });
    await session.release();
  });

  test("feeds weights where it was given none, from shared memory too", async () => {
    const session = await createWebgpuSession(affine());
    const a = new Float32Array(new SharedArrayBuffer(8));
    a.set([2, 3]);
    const feeds = { x, a, b: Float32Array.of(10, 20) };
    expect(await session.run(feeds)).toEqual({ y: Float32Array.of(12, 26) });
    await expect(session.run({ x, a })).rejects.toMatchObject({ code: "missing_tensor" });
    await expect(session.run(feeds, { z: x })).rejects.toThrow('Graph "affine" has no output "z".');
    await session.release();
  });

  test("takes a byte for each value of a mask", async () => {
    const graph = new Graph("masked");
    const mask = graph.input("mask", [1001], "bool");
    graph.output("y", op.where(mask, graph.input("x", [1001]), graph.constant(0)));
    const session = await createWebgpuSession(graph);
    expect(session.figures.memoryBytes).toBe(4004 + 1004 + 4004);
    const isKept = Uint8Array.from({ length: 1001 }, (_, index) => index % 2);
    const { y } = await session.run({ mask: isKept, x: new Float32Array(1001).fill(3) });
    expect(y).toEqual(Float32Array.from(isKept, (kept) => 3 * kept));
    await session.release();
  });

  test("answers runs in the order in which they were asked for", async () => {
    const session = await createWebgpuSession(affine(), weights);
    const runs = [0, 1, 2].map((value) => session.run({ x: Float32Array.of(value, value) }));
    expect((await Promise.all(runs)).map(({ y }) => y![0])).toEqual([10, 12, 14]);
    await session.release();
  });

  test("returns inputs, constants, views and twice-named tensors of every type", async () => {
    const graph = new Graph("aliases");
    const input = graph.input("x", [2]);
    const y = op.neg(input);
    graph.output("input", op.reshape(input, [1, 2]));
    graph.output("constant", graph.constant(7));
    graph.output("once", y);
    graph.output("again", y);
    const types = ["int64", "int32", "uint8", "bool"] as const;
    for (const dtype of types)
      graph.output(`${dtype} out`, op.reshape(graph.input(dtype, [3, 1], dtype), [3]));
    graph.output("mask", op.equal(graph.inputs.get("uint8")!, graph.constant(Uint8Array.of(255), [1])));
    const session = await createWebgpuSession(graph);
    const feeds = {
      int64: BigInt64Array.of(2n ** 31n - 1n, -1n, 0n),
      int32: Int32Array.of(7, -7, 0),
      uint8: Uint8Array.of(0, 255, 9),
      bool: Uint8Array.of(0, 1, 1),
    };
    const outputs = await session.run({ x, ...feeds });
    expect(outputs).toMatchObject({
      input: x,
      constant: Float32Array.of(7),
      once: Float32Array.of(-1, -2),
      again: Float32Array.of(-1, -2),
      mask: Uint8Array.of(0, 1, 0),
    });
    for (const dtype of types) expect(outputs[`${dtype} out`]).toEqual(feeds[dtype]);
    await expect(session.run({ x, ...feeds, int64: BigInt64Array.of(2n ** 40n, 0n, 0n) })).rejects.toThrow(
      '"int64" holds 1099511627776, which WebGPU\'s 32-bit integers do not.',
    );
    await session.release();
  });

  test("says that the card was lost, and a later session opens it anew", async () => {
    const session = await createWebgpuSession(affine(), weights);
    const graph = new Graph("training");
    const a = graph.parameter("a", [2]);
    const loss = op.reduceSum(op.square(op.sub(a, graph.input("x", [2]))), [0]);
    graph.output("loss", loss);
    graph.output("da", gradients(loss, [a])[0]!);
    const gradientNames = new Map([["a", "da"]]);
    const training = await createCardTraining({
      graph,
      weights,
      gradientNames,
      keepsAverage: false,
      accumulates: false,
    });
    expect(await training.addBatch({ x })).toEqual({ loss: 2 });
    (await openCard()).device.destroy();
    const lost = {
      code: "unavailable",
      message: expect.stringMatching(/^The graphics card .* stopped working/),
    };
    for (const failing of [
      () => session.run({ x }),
      () => training.read("weights"),
      () => training.addBatch({ x }),
    ]) {
      const error = await failing().catch((thrown) => thrown);
      expect(error).toMatchObject(lost);
      expect(isCardError(error)).toBe(true);
    }
    training.release();
    await session.release();
    const next = await createWebgpuSession(affine(), weights);
    expect((await next.run({ x })).y).toEqual(Float32Array.of(12, 26));
    await next.release();
  });

  test("runs on the adapter that is named by number or name, and lists those there for another", async () => {
    for (const wanted of ["0", "swiftshader"]) {
      const session = await createWebgpuSession(affine(), weights, { adapter: wanted });
      expect((await session.run({ x })).y).toEqual(Float32Array.of(12, 26));
      await session.release();
    }
    for (const wanted of ["7", "GeForce"]) {
      await expect(createWebgpuSession(affine(), weights, { adapter: wanted })).rejects.toMatchObject({
        message: `This machine has no graphics adapter “${wanted}”.`,
        remedy: expect.stringMatching(/^Choose one of these: webgpu:0 is SwiftShader/),
      });
    }
  });

  test("refuses double precision, and what no card could bind, by name", async () => {
    const precise = new Graph("precise");
    precise.output("y", op.reshape(precise.input("x", [2], "float64"), [1, 2]));
    await expect(createWebgpuSession(precise)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("in double precision"),
    });
    const huge = new Graph("huge");
    huge.output("y", op.reduceSum(op.exp(huge.input("x", [2 ** 31])), [0]));
    await expect(createWebgpuSession(huge)).rejects.toMatchObject({
      code: "too_large",
      message: expect.stringContaining("“huge” does not fit into the memory of"),
      remedy: expect.stringContaining("smaller batch"),
    });
  });
});
