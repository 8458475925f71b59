/** A graph in pieces computes what it computes whole, and with recomputation needs less memory. */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PiecewiseSession } from "@/lib/engine/runtime/piecewise-session";
import { createSession } from "@/lib/engine/runtime/session";
import { Random } from "@/lib/numerics/random";
import { layerChain } from "../layer-chain";

function feeds(size: number, layers: number) {
  const random = new Random(1);
  return {
    x: random.normals(size * size),
    kept: Uint8Array.from({ length: size * size }, (_, index) => index % 2),
    ...Object.fromEntries(
      Array.from({ length: layers }, (_, layer) => [`w${layer}`, random.normals(size)] as const),
    ),
  };
}

test.each([1, 5])("in %i pieces it returns the same, in arrays that are given too", async (pieceCount) => {
  const [size, layers] = [32, 8];
  const whole = await createSession(layerChain({ size, layers, recomputesBlocks: false }), { threads: 1 });
  const expected = await whole.run(feeds(size, layers));
  await whole.release();
  const graph = layerChain({ size, layers, recomputesBlocks: true });
  const pieces = await PiecewiseSession.create(graph, { threads: 1, pieceCount });
  const given = { d3: new Float32Array(size), d0: new Float32Array(size) };
  for (let repetition = 0; repetition < 2; repetition++) {
    const outputs = await pieces.run(feeds(size, layers), given);
    expect(outputs).toEqual(expected);
    expect(outputs.d3).toBe(given.d3);
    expect(outputs.d0).toBe(given.d0);
  }
  await expect(pieces.run(feeds(size, layers), { other: new Float32Array(1) })).rejects.toThrow(
    'no output "other"',
  );
  await pieces.release();
});

test.skipIf(process.platform !== "linux")(
  "recomputation lowers the peak of the resident memory",
  async () => {
    const [size, layers] = [512, 24];
    const given = feeds(size, layers);
    const before = residentBytes("VmRSS");
    const peakOf = async (run: () => Promise<unknown>) => {
      // Sets the peak back to what is resident now.
      writeFileSync("/proc/self/clear_refs", "5");
      await run();
      return (residentBytes("VmHWM") - before) / (4 * size * size);
    };
    // First, so that the other run's memory is not there to be used again.
    const graph = layerChain({ size, layers, recomputesBlocks: true });
    const recomputed = await PiecewiseSession.create(graph, { pieceCount: 8 });
    const recomputedPeak = await peakOf(() => recomputed.run(given));
    await recomputed.release();
    const kept = await createSession(layerChain({ size, layers, recomputesBlocks: false }), {
      keepsMemory: false,
    });
    const keptPeak = await peakOf(() => kept.run(given));
    await kept.release();
    // Seven values a layer, less what memory was resident before and free to be used.
    expect(keptPeak).toBeGreaterThan(4 * layers);
    expect(recomputedPeak).toBeLessThan(0.7 * keptPeak);
  },
);

function residentBytes(field: "VmRSS" | "VmHWM"): number {
  const status = readFileSync("/proc/self/status", "utf8");
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)![1]) * 1024;
}
