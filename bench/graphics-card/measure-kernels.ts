/** Correctness and rates of the kernels, and what a dispatch, a transfer and an update cost. */

import { inOneCall } from "@/lib/engine/graph/kernel";
import { adamW, coefficientValues } from "@/lib/engine/webgpu/kernels/adamw";
import { product } from "@/lib/engine/webgpu/kernels/product";
import { squaredNorm } from "@/lib/engine/webgpu/kernels/squared-norm";
import { cardTuning, type Tile, type Tuning } from "@/lib/engine/webgpu/kernels/tiling";
import type { TimedCard } from "./card";
import type { KernelCase } from "./kernel-cases";

/** How long a pass of repetitions should take, in milliseconds. */
const passMs = 20;
/** Results of each kernel that are computed again in double precision. */
const comparedResults = 16;

type Attempt = {
  /** The tile that was prescribed; null: the one that the plan of lib/engine/webgpu/kernels/tiling.ts takes. */
  readonly tile: string | null;
  /** Into how many slices the sums are split; 1 for kernels without tiles. */
  readonly slices: number;
  readonly milliseconds: number;
  readonly teraflops: number;
  /** Relative L2 distance of some results from double precision; null where only tests compare them. */
  readonly error: number | null;
};

export type KernelResult = {
  readonly name: string;
  readonly planned: Attempt | null;
  readonly best: Attempt | null;
  readonly attempts: readonly Attempt[];
  readonly problems: readonly string[];
};

const tileName = (tile: Tile) =>
  `${tile.rows}×${tile.columns}×${tile.depth} by ${tile.rowsPerThread}×${tile.columnsPerThread}`;

/** Tries the planned tiling, then every tile with its sums split for fewer and for more threads. */
export async function measureCase(
  card: TimedCard,
  kernelCase: KernelCase,
  tuning: Tuning,
): Promise<KernelResult> {
  const alternatives = kernelCase.isTiled
    ? tuning.tiles.flatMap((tile) =>
        [tuning.threads / 4, tuning.threads, 4 * tuning.threads].map((threads) => ({
          name: tileName(tile),
          tuning: { ...tuning, tiles: [tile], threads },
        })),
      )
    : [];
  const operands = [
    ...kernelCase.reads.map((length) => card.buffer(length, true)),
    ...kernelCase.writes.map((length) => card.buffer(length)),
  ];
  const attempts: Attempt[] = [];
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const { name, tuning: tried } of [{ name: null, tuning }, ...alternatives]) {
    try {
      const sequence = kernelCase.sequence(tried);
      const identity = sequence.calls.map(({ kernel }) => kernel.code).join();
      if (name !== null && seen.has(`${name}${identity}`)) continue;
      seen.add(`${name}${identity}`);
      const { steps, scratch } = await card.prepare(sequence, operands);
      const milliseconds = await card.bestOf(steps, passMs);
      const result = operands[kernelCase.reads.length]!;
      attempts.push({
        tile: name,
        slices: kernelCase.isTiled
          ? (sequence.scratch[0] ?? kernelCase.writes[0]!) / kernelCase.writes[0]!
          : 1,
        milliseconds,
        teraflops: kernelCase.operations / milliseconds / 1e9,
        error: await errorOf(card, kernelCase, result),
      });
      for (const buffer of scratch) buffer.destroy();
    } catch (error) {
      problems.push(`${name ?? "planned"}: ${String(error).slice(0, 300)}`);
    }
  }
  for (const buffer of operands) buffer.destroy();
  const best = attempts.reduce<Attempt | null>(
    (least, attempt) => (least === null || attempt.milliseconds < least.milliseconds ? attempt : least),
    null,
  );
  return {
    name: kernelCase.name,
    planned: attempts.find(({ tile }) => tile === null) ?? null,
    best,
    attempts,
    problems,
  };
}

async function errorOf(card: TimedCard, { writes, expected }: KernelCase, result: GPUBuffer) {
  const valueAt = expected((index) => card.noise[index % card.noise.length]!);
  if (valueAt === null) return null;
  const places = Array.from({ length: comparedResults }, (_, index) =>
    Math.floor(((index + 0.37) / comparedResults) * writes[0]!),
  );
  const values = await card.valuesAt(result, places);
  let [distance, size] = [0, 0];
  places.forEach((place, index) => {
    const right = valueAt(place);
    distance += (values[index]! - right) ** 2;
    size += right ** 2;
  });
  return Math.sqrt(distance / size);
}

/** Microseconds of a small kernel that depends on the one before: what graphs of many kernels pay at least. */
export async function measureDispatches(card: TimedCard, count: number) {
  const small = product({ rows: 32, columns: 32, terms: 32 }, cardTuning);
  const [a, b, factor] = [card.buffer(1024, true), card.buffer(1024), card.buffer(1024, true)];
  const there = await card.prepare(small, [a, factor, b]);
  const back = await card.prepare(small, [b, factor, a]);
  const steps = [...there.steps, ...back.steps];
  await card.time(steps, 10);
  const timing = await card.time(steps, count / 2);
  for (const buffer of [a, b, factor]) buffer.destroy();
  const each = (milliseconds: number) => (1000 * milliseconds) / 2;
  return {
    count,
    cardMicroseconds: each(timing.milliseconds),
    encodingMicroseconds: each(timing.encodingMs),
    wallMicroseconds: each(timing.wallMs),
  };
}

/** AdamW with its average, and the squared norm, over `weights` values in pieces that the card can bind. */
export async function measureUpdate(card: TimedCard, weights: number) {
  const { maxStorageBufferBindingSize, maxBufferSize } = card.device.limits;
  const most = Math.floor(Math.min(maxStorageBufferBindingSize, maxBufferSize, 2 ** 30) / 16) * 4;
  const count = Math.ceil(weights / most);
  const length = 4 * Math.ceil(weights / count / 4);
  const coefficients = card.buffer(12);
  card.device.queue.writeBuffer(
    coefficients,
    0,
    Float32Array.from(
      coefficientValues({
        ...{ scale: 1, maxNorm: 1, beta1: 0.9, beta2: 0.999, kept: 1, stepSize: 1e-4, correction: 1 },
        ...{ epsilon: 1e-8, averageShare: 1e-4 },
      }),
    ),
  );
  const squares = card.buffer(1);
  const pieces = Array.from({ length: count }, () => ({
    gradients: card.buffer(length, true),
    state: [1, 2, 3, 4].map(() => card.buffer(length)),
  }));
  try {
    const gradients = pieces.map((piece) => piece.gradients);
    const norm = await card.prepare(squaredNorm(gradients.map(() => length)), [...gradients, squares]);
    const update = [];
    for (const piece of pieces) {
      const kernel = inOneCall(adamW({ length, average: true }));
      update.push(
        ...(await card.prepare(kernel, [piece.gradients, coefficients, squares, ...piece.state])).steps,
      );
    }
    const [normMs, updateMs] = [await card.bestOf(norm.steps, passMs), await card.bestOf(update, passMs)];
    const values = length * count;
    return {
      values,
      pieces: count,
      updateMs,
      updateGigabytesPerSecond: (36 * values) / updateMs / 1e6,
      squaredNormMs: normMs,
      squaredNormGigabytesPerSecond: (4 * values) / normMs / 1e6,
    };
  } finally {
    for (const { gradients, state } of pieces) for (const buffer of [gradients, ...state]) buffer.destroy();
  }
}

/** Gigabytes per second to the card and back. */
export async function measureTransfers(card: TimedCard, bytes: number) {
  const { device } = card;
  const data = new Uint8Array(bytes);
  const buffer = card.buffer(bytes / 4);
  const readable = device.createBuffer({
    size: bytes,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  let [upMs, downMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < 3; round++) {
    const start = performance.now();
    device.queue.writeBuffer(buffer, 0, data);
    device.queue.submit([]);
    await device.queue.onSubmittedWorkDone();
    const between = performance.now();
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, 0, readable, 0, bytes);
    device.queue.submit([encoder.finish()]);
    await readable.mapAsync(GPUMapMode.READ);
    data.set(new Uint8Array(readable.getMappedRange()));
    readable.unmap();
    upMs = Math.min(upMs, between - start);
    downMs = Math.min(downMs, performance.now() - between);
  }
  buffer.destroy();
  readable.destroy();
  return {
    bytes,
    upGigabytesPerSecond: bytes / upMs / 1e6,
    downGigabytesPerSecond: bytes / downMs / 1e6,
  };
}
