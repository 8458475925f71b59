/** The one check that every operation passes: its values and its gradient against double precision, and on a card. */
import { describe, expect, test } from "vitest";
import { gradients } from "@/lib/engine/autodiff";
import { Graph, type Tensor } from "@/lib/engine/graph/graph";
import { type DataType, elementCount, type Shape, type TensorData } from "@/lib/engine/graph/tensor-type";
import { mul, reduceSum } from "@/lib/engine/ops";
import { createSession } from "@/lib/engine/runtime/session";
import { Random } from "@/lib/numerics/random";
import { Naive } from "./naive";
import { softwareVulkan, useSoftwareVulkan } from "./software-vulkan";

const driver = softwareVulkan();
if (driver) useSoftwareVulkan(driver);

export type OperandSpec = {
  readonly shape: Shape;
  readonly dtype?: DataType;
  /** From position in row-major order to value; default: standard normal numbers. */
  readonly values?: (position: number) => number;
};

export type OperationCase = {
  /** What is special about this case. */
  readonly name?: string;
  readonly operands: readonly OperandSpec[];
  readonly graph: (...operands: Tensor[]) => Tensor;
  readonly naive: (...operands: Naive[]) => Naive;
  /** False for masks and the like. */
  readonly differentiable?: boolean;
  /** False where another case shows as much: a card's driver in software takes seconds to compile some kernels. */
  readonly onCard?: boolean;
  /** Where the case itself costs digits. */
  readonly tolerance?: number;
};

/**
 * float32 has 24 bits, 6e-8; the longest sums here have a few thousand terms of both signs, and cost about two
 * digits of it. A single wrong value among a thousand would make a relative error of 3e-2.
 */
const usualTolerance = 2e-5;

/** Finite differences are taken in double precision: truncation and rounding both stay near 1e-9. */
const step = 1e-5;

/** Gradients of larger operands are compared at this many random places, fewer where the outputs are many. */
const mostPlaces = 24;
const mostDifferences = 100_000;

export function describeOperations(cases: Readonly<Record<string, readonly OperationCase[]>>): void {
  for (const [operation, list] of Object.entries(cases)) {
    describe(operation, () => {
      for (const operationCase of list) {
        const { name = "", operands, differentiable = true } = operationCase;
        const shapes = operands.map(({ shape }) => `[${shape}]`).join(" ");
        const claim = differentiable ? "computes its definition and its gradient" : "computes its definition";
        test(`${claim}: ${shapes} ${name}`, () => checkOperation(operationCase));
      }
    });
  }
}

async function checkOperation(operationCase: OperationCase) {
  const { operands, graph: build, naive, differentiable = true, onCard = true } = operationCase;
  const { tolerance = usualTolerance } = operationCase;
  const random = new Random(1);
  const graph = new Graph("operation");
  const inputs = operands.map(({ shape, dtype }, index) => graph.input(`x${index}`, shape, dtype));
  const values = operands.map((spec) => operandValues(spec, random));
  const expected = naive(...values);

  const y = build(...inputs);
  expect(y.shape).toEqual(expected.shape);
  graph.output("y", y);
  const projection = random.normals(elementCount(y.shape));
  const floats = differentiable ? inputs.filter(({ dtype }) => dtype === "float32") : [];
  if (differentiable) {
    const loss = reduceSum(
      mul(y, graph.constant(projection, y.shape)),
      y.shape.map((_, axis) => axis),
    );
    gradients(loss, floats).forEach((gradient, index) => {
      graph.output(`d ${floats[index]!.name}`, gradient);
    });
  }

  const session = await createSession(graph, { threads: 2 });
  const feeds = Object.fromEntries(
    inputs.map(({ name, dtype }, index) => [name, toFeed(values[index]!, dtype)]),
  );
  const outputs = await session.run(feeds);
  await session.release();
  if (driver && onCard) await expectSameOnCard(graph, feeds, outputs, tolerance);

  expect(relativeError(Array.from(outputs.y!, Number), [...expected.data])).toBeLessThan(tolerance);
  const placeCount = Math.min(mostPlaces, Math.ceil(mostDifferences / projection.length));
  for (const input of floats) {
    const operand = inputs.indexOf(input);
    const places = somePlaces(elementCount(input.shape), placeCount, random);
    const numeric = places.map((place) => slope(naive, values, operand, place, projection));
    const symbolic = places.map((place) => Number(outputs[`d ${input.name}`]![place]));
    expect(relativeError(symbolic, numeric), `gradient by operand ${operand}`).toBeLessThan(tolerance);
  }
}

/** The card's kernels compute what ONNX Runtime computes on the processor, every value of it. */
async function expectSameOnCard(
  graph: Graph,
  feeds: Record<string, TensorData>,
  expected: Record<string, TensorData>,
  tolerance: number,
) {
  const session = await createSession(graph, { provider: "webgpu" });
  const outputs = await session.run(feeds);
  await session.release();
  for (const [name, values] of Object.entries(expected)) {
    const error = relativeError(Array.from(outputs[name]!, Number), Array.from(values, Number));
    expect(error, `on a card: ${name}`).toBeLessThan(tolerance);
  }
}

/** The derivative of Σ projection · naive(values) by one value. */
function slope(
  naive: OperationCase["naive"],
  values: readonly Naive[],
  operand: number,
  place: number,
  projection: Float32Array,
): number {
  const projected = (offset: number) => {
    const moved = values.map(({ shape, data }, index) => {
      const copy = data.slice();
      if (index === operand) copy[place]! += offset;
      return new Naive(shape, copy);
    });
    return naive(...moved).data.reduce((sum, value, index) => sum + value * projection[index]!, 0);
  };
  return (projected(step) - projected(-step)) / (2 * step);
}

function operandValues({ shape, dtype = "float32", values }: OperandSpec, random: Random): Naive {
  const data = Array.from({ length: elementCount(shape) }, (_, index) => values?.(index) ?? random.normal());
  return new Naive(shape, dtype === "float32" ? Float32Array.from(data) : data);
}

function toFeed({ data }: Naive, dtype: DataType): TensorData {
  if (dtype === "int64") return BigInt64Array.from([...data], BigInt);
  if (dtype === "int32") return Int32Array.from(data);
  return dtype === "float32" ? Float32Array.from(data) : Uint8Array.from(data);
}

function somePlaces(length: number, count: number, random: Random): number[] {
  if (length <= count) return Array.from({ length }, (_, index) => index);
  return Array.from({ length: count }, () => random.integer(length));
}

/** The Euclidean distance of two vectors over the length of the second (or 1, where that is zero). */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, size] = [0, 0];
  for (let index = 0; index < expected.length; index++) {
    difference += (actual[index]! - expected[index]!) ** 2;
    size += expected[index]! ** 2;
  }
  return Math.sqrt(difference / (size || 1));
}
