/** The WebGPU provider computes what the processor does: forward, and a training step. */
import { describe, expect, test } from "vitest";
import { gradients } from "@/lib/engine/autodiff";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import { Graph, type Tensor } from "@/lib/engine/graph/graph";
import { elementCount, type TensorData } from "@/lib/engine/graph/tensor-type";
import * as op from "@/lib/engine/ops";
import { createSession } from "@/lib/engine/runtime/session";
import { Random } from "@/lib/numerics/random";
import { relativeError } from "./check-operation";
import { softwareVulkan, useSoftwareVulkan } from "./software-vulkan";

const driver = softwareVulkan();
if (driver) useSoftwareVulkan(driver);

const epsilon = 1e-5;

/** A GLIDE in miniature: text, a residual block with every kind of conditioning, attention, down and up. */
function miniature(): { graph: Graph; prediction: Tensor } {
  const graph = new Graph("miniature");
  const norm = (x: Tensor, name: string, conditioning?: { scale: Tensor; shift: Tensor }) => {
    const [weight, bias] = ["weight", "bias"].map((part) =>
      graph.parameter(`${name}.${part}`, [x.shape[1]!]),
    );
    return op.groupNorm(x, weight!, bias!, { groups: 4, epsilon, ...conditioning });
  };
  const conv = (x: Tensor, name: string, outputs: number, side: number) =>
    op.conv2d(
      x,
      graph.parameter(`${name}.weight`, [outputs, x.shape[1]!, side, side]),
      graph.parameter(`${name}.bias`, [outputs]),
      { padding: (side - 1) / 2 },
    );
  const linear = (x: Tensor, name: string, outputs: number) =>
    op.linear(
      x,
      graph.parameter(`${name}.weight`, [outputs, x.shape.at(-1)!]),
      graph.parameter(`${name}.bias`, [outputs]),
    );

  const tokens = graph.input("tokens", [2, 6], "int64");
  const mask = graph.input("mask", [2, 6, 1], "bool");
  let text = op.embedding(graph.parameter("tokens.weight", [11, 16]), tokens);
  text = op.where(mask, text, graph.parameter("padding", [1, 6, 16]));
  text = op.layerNorm(text, graph.parameter("ln.weight", [16]), graph.parameter("ln.bias", [16]), {
    epsilon,
  });
  text = op.gelu(linear(text, "mlp", 32));

  let x = conv(graph.input("x", [2, 3, 16, 16]), "in", 8, 3);
  const skip = x;
  const [scale, shift] = op.split(linear(op.silu(op.reduceMean(text, [1])), "condition", 16), [8, 8], 1);
  x = op.averagePool2d(op.silu(norm(x, "norm1")), { kernel: 2 });
  x = op.silu(norm(conv(x, "down", 8, 3), "norm2", { scale: scale!, shift: shift! }));

  const pixels = op.reshape(x, [2, 8, 64]);
  const keys = op.concat([op.transpose(linear(text, "keys", 8), [0, 2, 1]), pixels], 2);
  const attention = op.softmax(op.matmul(pixels, keys, { transposeA: true, scale: 8 ** -0.5 }));
  x = op.reshape(op.add(pixels, op.matmul(keys, attention, { transposeB: true })), [2, 8, 8, 8]);
  x = op.concat([op.upsampleNearest2x(x), skip], 1);
  return { graph, prediction: conv(conv(x, "mix", 8, 1), "out", 3, 3) };
}

async function compute(graph: Graph, provider: ExecutionProvider): Promise<Record<string, TensorData>> {
  const random = new Random(5);
  const feeds: Record<string, TensorData> = {};
  for (const [name, { shape, dtype }] of [...graph.inputs, ...graph.parameters]) {
    const length = elementCount(shape);
    if (dtype === "int64") feeds[name] = BigInt64Array.from({ length }, () => BigInt(random.integer(11)));
    else if (dtype === "bool") feeds[name] = Uint8Array.from({ length }, () => random.integer(2));
    else feeds[name] = random.normals(length).map((value) => value / 2);
  }
  const session = await createSession(graph, { provider });
  const outputs = await session.run(feeds);
  await session.release();
  return outputs;
}

describe.skipIf(driver === null)("on WebGPU, in software", () => {
  test("a miniature GLIDE's prediction, loss and every gradient agree with the processor's", async () => {
    const { graph, prediction } = miniature();
    const loss = op.meanSquaredError(prediction, graph.input("target", prediction.shape));
    graph.output("prediction", prediction);
    graph.output("loss", loss);
    const parameters = [...graph.parameters.values()];
    gradients(loss, parameters).forEach((gradient, index) => {
      graph.output(`d ${parameters[index]!.name}`, gradient);
    });
    const [trusted, tried] = [await compute(graph, "cpu"), await compute(graph, "webgpu")];
    for (const [name, values] of Object.entries(trusted)) {
      const error = relativeError(tried[name] as Float32Array, values as Float32Array);
      // Both sum in float32, in different orders; measured: at most 4e-6.
      expect(error, name).toBeLessThan(1e-4);
    }
  }, 300_000);

  // Channels fill the tiles of a product in part, as an image's three and an output's six do.
  test.each([3, 6])(
    "a convolution of %i channels and its gradients agree with the processor's",
    async (channels) => {
      const graph = new Graph("convolution");
      const x = graph.parameter("x", [2, channels, 12, 12]);
      const weight = graph.parameter("weight", [8, channels, 3, 3]);
      const back = graph.parameter("back", [channels, 8, 3, 3]);
      const hidden = op.conv2d(x, weight, graph.parameter("bias", [8]), { padding: 1 });
      const y = op.conv2d(hidden, back, undefined, { padding: 1 });
      const loss = op.meanSquaredError(y, graph.input("target", y.shape));
      graph.output("hidden", hidden);
      gradients(loss, [x, weight, back]).forEach((gradient, index) => {
        graph.output(`gradient ${index}`, gradient);
      });
      const [trusted, tried] = [await compute(graph, "cpu"), await compute(graph, "webgpu")];
      for (const [name, values] of Object.entries(trusted)) {
        expect(relativeError(tried[name] as Float32Array, values as Float32Array), name).toBeLessThan(1e-5);
      }
    },
  );

  test("maximum pooling works where no gradient asks for its indices", async () => {
    const graph = new Graph("pooling");
    graph.output("y", op.maxPool2d(graph.input("x", [1, 3, 9, 9]), { kernel: 3, stride: 2 }));
    expect(await compute(graph, "webgpu")).toEqual(await compute(graph, "cpu"));
  });
});
