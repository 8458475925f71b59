/** Group and layer normalisation, also where the mean is a thousand times the deviation. */
import { expect, it } from "vitest";
import { Graph } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";
import type * as normalisation from "@/lib/engine/ops/normalisation";
import { createSession } from "@/lib/engine/runtime/session";
import { Random } from "@/lib/numerics/random";
import { describeOperations, type OperandSpec, type OperationCase } from "../check-operation";
import { type Naive, tabulate } from "../naive";

const epsilon = 1e-5;

function moments(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance + epsilon) };
}

function naiveGroupNorm(groups: number) {
  return (x: Naive, weight: Naive, bias: Naive, scale?: Naive, shift?: Naive): Naive => {
    const [images, channels] = x.shape as [number, number];
    const size = x.data.length / images / groups;
    const stats = Array.from({ length: images * groups }, (_, group) =>
      moments([...x.data.slice(group * size, (group + 1) * size)]),
    );
    return tabulate(x.shape, (index) => {
      const [n, c] = index as [number, number];
      const { mean, deviation } = stats[n * groups + Math.floor(c / (channels / groups))]!;
      const normal = ((x.at(index) - mean) / deviation) * weight.at([c]) + bias.at([c]);
      return normal * (1 + (scale?.at([n, c]) ?? 0)) + (shift?.at([n, c]) ?? 0);
    });
  };
}

const groupNorm =
  (groups: number): OperationCase["graph"] =>
  (x, weight, bias, scale, shift) =>
    op.groupNorm(x!, weight!, bias!, { groups, epsilon, scale, shift });

/** Deviation about 1 around a mean of 1000, where E[x²] - mean² would have no digit left. */
const farFromZero = (shape: readonly number[]): OperandSpec => ({
  shape,
  values: (position) => 1000 + 1.5 * Math.sin(position * 12.9898),
});

/** float32 holds values near 1000 to 3e-5, and mean, product and sum each round once more. */
const farTolerance = 3e-4;

function groupNormCase(name: string, x: OperandSpec, groups: number, conditioned: boolean): OperationCase {
  const [images, channels] = x.shape as [number, number];
  const perChannel = { shape: [channels] };
  const perImage = { shape: [images, channels] };
  return {
    name,
    operands: conditioned ? [x, perChannel, perChannel, perImage, perImage] : [x, perChannel, perChannel],
    graph: groupNorm(groups),
    naive: naiveGroupNorm(groups),
  };
}

function layerNormCase(x: OperandSpec): OperationCase {
  const width = x.shape.at(-1)!;
  return {
    operands: [x, { shape: [width] }, { shape: [width] }],
    graph: (rows, weight, bias) => op.layerNorm(rows, weight, bias, { epsilon }),
    naive: (rows, weight, bias) =>
      tabulate(rows.shape, (index) => {
        const row = Array.from({ length: width }, (_, column) => rows.at([...index.slice(0, -1), column]));
        const { mean, deviation } = moments(row);
        const column = index.slice(-1);
        return ((rows.at(index) - mean) / deviation) * weight.at(column) + bias.at(column);
      }),
  };
}

describeOperations({
  groupNorm: [
    groupNormCase("small images", { shape: [2, 6, 3, 4] }, 3, false),
    groupNormCase("small images, scaled and shifted", { shape: [2, 6, 3, 4] }, 2, true),
    groupNormCase("large images, scaled and shifted", { shape: [2, 4, 32, 32] }, 2, true),
    {
      ...groupNormCase("far from zero, small images", farFromZero([2, 4, 3, 4]), 2, true),
      tolerance: farTolerance,
    },
    {
      ...groupNormCase("far from zero, large images", farFromZero([1, 4, 32, 32]), 2, true),
      tolerance: farTolerance,
    },
    groupNormCase("a sequence", { shape: [2, 4, 9] }, 4, false),
  ],
  channelAffine: [
    {
      operands: [{ shape: [2, 3, 4, 5] }, { shape: [2, 3] }, { shape: [2, 3] }],
      graph: op.channelAffine,
      naive: (x, factor, summand) =>
        tabulate(
          x.shape,
          (index) => x.at(index) * factor.at(index.slice(0, 2)) + summand.at(index.slice(0, 2)),
        ),
    },
  ],
  layerNorm: [
    layerNormCase({ shape: [2, 3, 8] }),
    { ...layerNormCase(farFromZero([3, 64])), name: "far from zero", tolerance: farTolerance },
  ],
} satisfies Record<keyof typeof normalisation, OperationCase[]>);

it("keeps float32's precision over groups as large as the upsampler's at 256 pixels", async () => {
  const [channels, side] = [6, 256];
  const graph = new Graph("large_group");
  const x = graph.input("x", [1, channels, side, side]);
  const ones = graph.constant(new Float32Array(channels).fill(1));
  const zeros = graph.constant(new Float32Array(channels));
  const normal = op.groupNorm(x, ones, zeros, { groups: 1, epsilon });
  graph.output("row", op.reshape(op.slice(normal, { axis: 2, start: 0, end: 1 }), [channels * side]));
  const values = new Random(1).normals(channels * side * side).map((value) => value + 0.5);
  const session = await createSession(graph);
  const { row } = (await session.run({ x: values })) as { row: Float32Array };
  await session.release();
  const { mean, deviation } = moments([...values]);
  for (let column = 0; column < side; column++) {
    // Values reach 5; summing a group in one go would be off by 6e-5 of them.
    expect(Math.abs(row[column]! - (values[column]! - mean) / deviation)).toBeLessThan(2e-6);
  }
});
