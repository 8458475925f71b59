/** A graph in pieces computes what it computes whole, and with recomputation needs less memory. */
import { expect, test } from "vitest";
import { PiecewiseSession } from "@/lib/engine/runtime/piecewise-session";
import { createSession } from "@/lib/engine/runtime/session";
import { forkSource } from "@/lib/platform/fork-source";
import { chainFeeds, layerChain } from "../layer-chain";

test.each([1, 5])("in %i pieces it returns the same, in arrays that are given too", async (pieceCount) => {
  const [size, layers] = [32, 8];
  const whole = await createSession(layerChain({ size, layers, recomputesBlocks: false }), { threads: 1 });
  const expected = await whole.run(chainFeeds(size, layers));
  await whole.release();
  const graph = layerChain({ size, layers, recomputesBlocks: true });
  const pieces = await PiecewiseSession.create(graph, { threads: 1, pieceCount });
  const given = { d3: new Float32Array(size), d0: new Float32Array(size) };
  for (let repetition = 0; repetition < 2; repetition++) {
    const outputs = await pieces.run(chainFeeds(size, layers), given);
    expect(outputs).toEqual(expected);
    expect(outputs.d3).toBe(given.d3);
    expect(outputs.d0).toBe(given.d0);
  }
  await expect(pieces.run(chainFeeds(size, layers), { other: new Float32Array(1) })).rejects.toThrow(
    'no output "other"',
  );
  await pieces.release();
});

test.skipIf(process.platform !== "linux")(
  "recomputation lowers the peak of the resident memory",
  async () => {
    // Each in a process of its own, in which nothing else takes memory or gives it back.
    const [recomputed, kept] = [await peakOf("recomputed"), await peakOf("kept")];
    // Seven values of x a layer, of 24 layers, less what was resident before and free to be used.
    expect(kept).toBeGreaterThan(4 * 24);
    expect(recomputed).toBeLessThan(0.7 * kept);
  },
  60_000,
);

test.skipIf(process.platform !== "linux")("a second run needs no more memory than the first", async () => {
  expect(await peakOf("second run")).toBeLessThan(1.15);
});

function peakOf(asked: "recomputed" | "kept" | "second run"): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = forkSource(new URL("peak-of-chain.ts", import.meta.url), {});
    child.send(asked);
    child.once("message", (peak) => resolve(peak as number));
    child.once("exit", (code) => reject(new Error(`The process ended with exit code ${code}.`)));
  });
}
