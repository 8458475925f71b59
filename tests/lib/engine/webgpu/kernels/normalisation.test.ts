/** Norms and softmax on the card, and their gradients, are those of plain loops in double precision. */
import { expect, test } from "vitest";
import { type GroupNormShape, groupNorm, groupNormGradient } from "@/lib/engine/webgpu/kernels/group-norm";
import { layerNorm, layerNormGradient } from "@/lib/engine/webgpu/kernels/layer-norm";
import { softmax, softmaxGradient } from "@/lib/engine/webgpu/kernels/softmax";
import { Random } from "@/lib/numerics/random";
import { relativeError } from "../../check-operation";
import { softwareCard } from "./software-card";

const card = await softwareCard();
const epsilon = 1e-5;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** x̂, mean and deviation of values, and how the gradient by x̂ becomes one by x. */
function normalised(x: readonly number[]) {
  const center = mean(x);
  const deviation = Math.sqrt(mean(x.map((value) => (value - center) ** 2)) + epsilon);
  const normal = x.map((value) => (value - center) / deviation);
  const back = (e: readonly number[]) => {
    const [first, second] = [mean(e), mean(e.map((value, index) => value * normal[index]!))];
    return e.map((value, index) => (value - first - normal[index]! * second) / deviation);
  };
  return { center, deviation, normal, back };
}

const groupCases: readonly GroupNormShape[] = [
  { groups: 6, channels: 3, size: 35, epsilon },
  { groups: 2, channels: 5, size: 1700, epsilon },
];

test.skipIf(card === null).each(groupCases)("group norm of %o and its gradients", async (shape) => {
  const random = new Random(17);
  const { groups, channels, size } = shape;
  // A mean far from zero, which costs digits where squares are not taken around it.
  const x = random.normals(groups * channels * size).map((value) => value + 30);
  const [factor, summand] = [1, 2].map(() => random.normals(groups * channels));
  const dy = random.normals(x.length);
  const expected = { y: [], mean: [], deviation: [], dx: [], dFactor: [], dSummand: [] } as Record<
    string,
    number[]
  >;
  for (let group = 0; group < groups; group++) {
    const length = channels * size;
    const part = (values: Float32Array) => [...values.subarray(group * length, (group + 1) * length)];
    const channelOf = (index: number) => group * channels + Math.floor(index / size);
    const { center, deviation, normal, back } = normalised(part(x));
    const slopes = part(dy);
    expected.y!.push(...normal.map((value, i) => value * factor![channelOf(i)]! + summand![channelOf(i)]!));
    expected.mean!.push(center);
    expected.deviation!.push(deviation);
    expected.dx!.push(...back(slopes.map((value, i) => value * factor![channelOf(i)]!)));
    for (let channel = 0; channel < channels; channel++) {
      const of = (values: readonly number[]) =>
        size * mean(values.slice(channel * size, (channel + 1) * size));
      expected.dSummand!.push(of(slopes));
      expected.dFactor!.push(of(slopes.map((value, i) => value * normal[i]!)));
    }
  }
  const results = await card!.run(groupNorm(shape), [x, factor!, summand!], [x.length, groups, groups]);
  for (const [index, name] of ["y", "mean", "deviation"].entries()) {
    // The mean alone, 30, is rounded by up to 1e-6 of the deviation.
    expect(relativeError(results[index]!, expected[name]!), name).toBeLessThan(4e-6);
  }
  const inputs = [x, factor!, results[1]!, results[2]!, dy];
  const gradients = await card!.run(groupNormGradient(shape), inputs, [
    x.length,
    groups * channels,
    groups * channels,
  ]);
  for (const [index, name] of ["dx", "dFactor", "dSummand"].entries()) {
    expect(relativeError(gradients[index]!, expected[name]!), name).toBeLessThan(4e-6);
  }
});

test.skipIf(card === null)("layer norm and its gradients", async () => {
  const random = new Random(19);
  const [rows, width] = [19, 150];
  const [x, dy] = [1, 2].map(() => random.normals(rows * width));
  const [weight, bias] = [1, 2].map(() => random.normals(width));
  const [y, dx, dWeight, dBias] = [[], [], Array(width).fill(0), Array(width).fill(0)] as number[][];
  for (let row = 0; row < rows; row++) {
    const part = (values: Float32Array) => [...values.subarray(row * width, (row + 1) * width)];
    const { normal, back } = normalised(part(x!));
    y!.push(...normal.map((value, column) => value * weight![column]! + bias![column]!));
    dx!.push(...back(part(dy!).map((value, column) => value * weight![column]!)));
    part(dy!).forEach((value, column) => {
      dWeight![column]! += value * normal[column]!;
      dBias![column]! += value;
    });
  }
  const shape = { rows, width, epsilon };
  const results = await card!.run(layerNorm(shape), [x!, weight!, bias!], [x!.length, rows, rows]);
  expect(relativeError(results[0]!, y!)).toBeLessThan(1e-6);
  const inputs = [x!, weight!, results[1]!, results[2]!, dy!];
  const gradients = await card!.run(layerNormGradient(shape), inputs, [x!.length, width, width]);
  for (const [index, values] of [dx, dWeight, dBias].entries()) {
    expect(relativeError(gradients[index]!, values!), `gradient ${index}`).toBeLessThan(1e-6);
  }
});

test.skipIf(card === null).each([
  { outer: 7, length: 131, inner: 1 },
  { outer: 2, length: 9, inner: 5 },
])("softmax of %o and its gradient", async (shape) => {
  const random = new Random(23);
  const { outer, length, inner } = shape;
  const x = random.normals(outer * length * inner).map((value) => 10 * value);
  const dy = random.normals(x.length);
  const [y, dx] = [new Float64Array(x.length), new Float64Array(x.length)];
  for (let row = 0; row < outer * inner; row++) {
    const places = Array.from(
      { length },
      (_, i) => (Math.floor(row / inner) * length + i) * inner + (row % inner),
    );
    const most = Math.max(...places.map((place) => x[place]!));
    const total = places.reduce((sum, place) => sum + Math.exp(x[place]! - most), 0);
    for (const place of places) y[place] = Math.exp(x[place]! - most) / total;
    const agreement = places.reduce((sum, place) => sum + y[place]! * dy[place]!, 0);
    for (const place of places) dx[place] = y[place]! * (dy[place]! - agreement);
  }
  const [computed] = await card!.run(softmax(shape), [x], [x.length]);
  expect(relativeError(computed!, y)).toBeLessThan(1e-6);
  const [gradient] = await card!.run(softmaxGradient(shape), [computed!, dy], [x.length]);
  expect(relativeError(gradient!, dx)).toBeLessThan(1e-5);
});
