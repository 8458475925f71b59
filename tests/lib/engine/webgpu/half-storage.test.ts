/** Half precision on a card: values are rounded where they are stored, and nowhere else. The processor is the oracle. */
import { describe, expect, test } from "vitest";
import { gradients } from "@/lib/engine/autodiff";
import { Graph, type Tensor } from "@/lib/engine/graph/graph";
import { elementCount, type Shape } from "@/lib/engine/graph/tensor-type";
import * as op from "@/lib/engine/ops";
import { createSession } from "@/lib/engine/runtime/session";
import { createWebgpuSession } from "@/lib/engine/webgpu/webgpu-session";
import { float32ToHalf, halfToFloat32 } from "@/lib/numerics/half-precision";
import { Random } from "@/lib/numerics/random";
import { relativeError } from "../check-operation";
import { softwareVulkan, useSoftwareVulkan } from "../software-vulkan";

const driver = softwareVulkan();
if (driver) useSoftwareVulkan(driver);

/** A half has eleven bits: it is off by at most this share of itself, and by less than half of that in the mean. */
const rounding = 2 ** -11;

type Case = {
  readonly operands: readonly Shape[];
  readonly y: (...operands: Tensor[]) => Tensor;
  /** In roundings; a result of several of them that add up, or that cancel what is right, has more. */
  readonly mostError?: number;
};

/** Kernels of every kind that writes halves, with their gradients. */
const cases: Readonly<Record<string, Case>> = {
  "convolution, and bias": {
    operands: [[2, 8, 12, 12], [16, 8, 3, 3], [16]],
    y: (x, weight, bias) => op.conv2d(x!, weight!, bias, { padding: 1 }),
  },
  product: {
    operands: [
      [2, 24, 40],
      [40, 48],
    ],
    y: (a, b) => op.matmul(a!, b!),
  },
  "attention of a few heads": {
    operands: [
      [3, 16, 32],
      [3, 16, 32],
      [3, 16, 32],
    ],
    y: (q, k, v) => op.attention(q!, k!, v!, { scale: 0.25, channelsFirst: true }),
    mostError: 2,
  },
  "group norm": {
    operands: [[2, 8, 12, 12], [8], [8]],
    y: (x, weight, bias) => op.groupNorm(x!, weight!, bias!, { groups: 4, epsilon: 1e-5 }),
  },
  "layer norm": {
    operands: [[40, 32], [32], [32]],
    y: (x, weight, bias) => op.layerNorm(x!, weight!, bias!, { epsilon: 1e-5 }),
  },
};

describe.skipIf(driver === null)("half precision on a card", () => {
  for (const [name, { operands, y: build, mostError = 1 }] of Object.entries(cases)) {
    test(`${name}: what is computed differs from float32 by the rounding of what is stored`, async () => {
      const graph = new Graph(name);
      const random = new Random(3);
      const feeds: Record<string, Float32Array> = {};
      const inputs = operands.map((shape, index) => {
        // Such numbers are halves themselves.
        feeds[`x${index}`] = random.normals(elementCount(shape)).map((value) => Math.round(value * 64) / 64);
        return graph.input(`x${index}`, shape);
      });
      // Between maps, so that values come from memory and go there.
      const y = build(...inputs.map((x) => op.mul(x, 2)));
      const projection = graph.constant(random.normals(elementCount(y.shape)), y.shape);
      const loss = op.reduceSum(
        op.mul(y, projection),
        y.shape.map((_, axis) => axis),
      );
      graph.output("y", op.mul(y, 2));
      for (const [index, gradient] of gradients(loss, inputs).entries()) graph.output(`d${index}`, gradient);
      const processor = await createSession(graph);
      const expected = await processor.run(feeds);
      const card = await createSession(graph, { provider: "webgpu", precision: "half" });
      const found = await card.run(feeds);
      const errors = Object.entries(expected).map(([output, values]) => {
        const error = relativeError(found[output] as Float32Array, values as Float32Array);
        expect(error, output).toBeLessThan(mostError * rounding);
        return error;
      });
      // Nothing is shown where nothing was stored in halves.
      expect(errors.filter((error) => error > rounding / 4).length).toBeGreaterThanOrEqual(2);
      await card.release();
      await processor.release();
    });
  }

  test("weights that a session holds are halves, and one too large for that is named", async () => {
    const graph = new Graph("weights");
    const weight = graph.parameter("weight", [32, 33]);
    graph.output("y", op.mul(weight, graph.input("x", [33])));
    const data = new Random(1).normals(32 * 33);
    const open = () =>
      createWebgpuSession(graph, new Map([["weight", { shape: weight.shape, data }]]), { precision: "half" });
    const session = await open();
    expect(session.figures.writtenBytes).toBe(2 * data.length);
    const { y } = await session.run({ x: new Float32Array(33).fill(1) });
    const expected = data.map((value) => halfToFloat32(float32ToHalf(value)));
    expect(relativeError(y as Float32Array, expected)).toBeLessThan(1e-7);
    await session.release();
    data[7] = 70_000;
    await expect(open()).rejects.toMatchObject({
      code: "invalid_input",
      message: '"weight" holds 70000, which half precision does not.',
    });
  });
});
