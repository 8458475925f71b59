/** Child process: tells its parent how far its resident memory rises while a chain of layers is run, by default in values of x. */
import { readFileSync, writeFileSync } from "node:fs";
import { PiecewiseSession } from "@/lib/engine/runtime/piecewise-session";
import { createSession } from "@/lib/engine/runtime/session";
import { chainFeeds, layerChain } from "../layer-chain";

const [size, layers] = [512, 24];

async function peak(recomputesBlocks: boolean): Promise<number> {
  const given = chainFeeds(size, layers);
  const graph = layerChain({ size, layers, recomputesBlocks });
  const before = residentBytes("VmRSS");
  const session = recomputesBlocks
    ? await PiecewiseSession.create(graph, { pieceCount: 8 })
    : await createSession(graph, { keepsMemory: false });
  // Sets the peak back to what is resident now.
  writeFileSync("/proc/self/clear_refs", "5");
  await session.run(given);
  return (residentBytes("VmHWM") - before) / (4 * size * size);
}

/** Of two runs, as a multiple of the first one's. */
async function peakOfSecondRun(): Promise<number> {
  const given = chainFeeds(size, layers);
  const before = residentBytes("VmRSS");
  const session = await createSession(layerChain({ size, layers, recomputesBlocks: false }));
  await session.run(given);
  const first = residentBytes("VmHWM") - before;
  await session.run(given);
  return (residentBytes("VmHWM") - before) / first;
}

function residentBytes(field: "VmRSS" | "VmHWM"): number {
  const status = readFileSync("/proc/self/status", "utf8");
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)![1]) * 1024;
}

process.once("message", async (asked: "recomputed" | "kept" | "second run") => {
  const told = asked === "second run" ? await peakOfSecondRun() : await peak(asked === "recomputed");
  process.send!(told, () => process.exit());
});
