/** Kernels that run on several threads at production size must give the same bits at every run. */
import { expect, test } from "vitest";
import { gradients } from "@/lib/engine/autodiff";
import { Graph, type Tensor } from "@/lib/engine/graph/graph";
import { elementCount, type TensorData } from "@/lib/engine/graph/tensor-type";
import * as op from "@/lib/engine/ops";
import { createSession } from "@/lib/engine/runtime/session";
import { Random } from "@/lib/numerics/random";
import { relativeError } from "./check-operation";

const runs = 5;

/** Runs the gradients of Σ y² by every float input several times and compares each run with the first, bit by bit. */
async function expectSameBits(
  build: (graph: Graph) => Tensor,
  given: Record<string, TensorData> = {},
): Promise<Record<string, TensorData>> {
  const graph = new Graph("repeated");
  const y = build(graph);
  const axes = y.shape.map((_, axis) => axis);
  const floats = [...graph.inputs.values()].filter(({ dtype }) => dtype === "float32");
  graph.output("y", y);
  gradients(op.reduceSum(op.square(y), axes), floats).forEach((gradient, index) => {
    graph.output(`d ${floats[index]!.name}`, gradient);
  });
  const random = new Random(3);
  const feeds = Object.fromEntries(
    floats.map(({ name, shape }) => [name, random.normals(elementCount(shape))] as const),
  );
  const session = await createSession(graph, { threads: 2 });
  const first = await session.run({ ...feeds, ...given });
  const firstBytes = Object.entries(first).map(([name, data]) => [name, toBytes(data)] as const);
  for (let run = 1; run < runs; run++) {
    const again = await session.run({ ...feeds, ...given });
    for (const [name, bytes] of firstBytes) expect(toBytes(again[name]!).equals(bytes), name).toBe(true);
  }
  await session.release();
  return { ...feeds, ...first };
}

function toBytes(data: TensorData): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

test("the gradient of an embedding of GPT-2's vocabulary with ids repeated a hundred times", async () => {
  const [vocabulary, width, count] = [50_257, 128, 8 * 128];
  const random = new Random(4);
  // Captions share few words, and most places hold the padding.
  const ids = BigInt64Array.from({ length: count }, (_, place) =>
    place % 3 ? 50_256n : BigInt(random.integer(40) * 1000),
  );
  const values = await expectSameBits(
    (graph) => op.embedding(graph.input("table", [vocabulary, width]), graph.input("ids", [count], "int64")),
    { ids },
  );
  const [table, gradient] = [values.table as Float32Array, values["d table"] as Float32Array];
  const expected = new Float64Array(table.length);
  for (const id of ids) {
    const row = Number(id) * width;
    for (let column = row; column < row + width; column++) expected[column]! += 2 * table[column]!;
  }
  // Sums of up to 700 equal float32 terms.
  expect(relativeError(gradient, expected)).toBeLessThan(1e-5);
});

test("a 3×3 convolution of 192 channels at 64 × 64, one image and two", async () => {
  for (const images of [1, 2]) {
    await expectSameBits((graph) =>
      op.conv2d(
        graph.input("x", [images, 192, 64, 64]),
        graph.input("weight", [192, 192, 3, 3]),
        graph.input("bias", [192]),
        { padding: 1 },
      ),
    );
  }
});

test("attention's products and softmax over 1024 pixels and 128 tokens", async () => {
  await expectSameBits((graph) => {
    const [q, k, v] = [1024, 1152, 1152].map((length, index) => graph.input("qkv"[index]!, [6, 64, length]));
    const weights = op.softmax(op.matmul(q!, k!, { transposeA: true, scale: 0.125 }));
    return op.matmul(v!, weights, { transposeB: true });
  });
});

test("a linear layer, layer norm and gelu of the text transformer", async () => {
  await expectSameBits((graph) => {
    const x = graph.input("x", [4, 128, 512]);
    const normal = op.layerNorm(x, graph.input("gain", [512]), graph.input("bias", [512]), { epsilon: 1e-5 });
    return op.gelu(op.linear(normal, graph.input("weight", [2048, 512]), graph.input("offset", [2048])));
  });
});

test("group norm with scale and shift, silu, enlargement and pooling at 64 × 64", async () => {
  await expectSameBits((graph) => {
    const x = graph.input("x", [2, 192, 64, 64]);
    const [weight, bias] = [graph.input("weight", [192]), graph.input("bias", [192])];
    const [scale, shift] = [graph.input("scale", [2, 192]), graph.input("shift", [2, 192])];
    const normal = op.silu(op.groupNorm(x, weight, bias, { groups: 32, epsilon: 1e-5, scale, shift }));
    return op.concat([op.upsampleNearest2x(op.averagePool2d(normal, { kernel: 2 })), normal], 1);
  });
});
