/**
 * Highest memory of an evaluation's streaming part at 1,000 and at 50,000 pictures, each in a process of its own:
 *
 *   node --import tsx bench/evaluation-memory.ts
 *
 * Decoding, hashing, batching and collecting are the evaluation's own. In place of the network stands a stand-in that
 * gives 2048 values per picture at once, since the network's memory does not depend on the number of pictures and its
 * time would be hours. Linux only.
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { collectFeatures } from "@/lib/metrics/collect-features";
import { openFeatureCache } from "@/lib/metrics/feature-cache";

const DIMS = 2048;
const counts = [1_000, 50_000] as const;
const [counted] = process.argv.slice(2);

if (counted === undefined) {
  const peaks = counts.map((count) => {
    const { status, stdout } = spawnSync(
      process.execPath,
      [...process.execArgv, fileURLToPath(import.meta.url), String(count)],
      { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
    );
    if (status !== 0) process.exit(1);
    const { peakMb, seconds } = JSON.parse(stdout) as { peakMb: number; seconds: number };
    console.log(
      `  ${String(count).padStart(6)} pictures  ${peakMb.toFixed(0)} MB at most, ${seconds.toFixed(0)} s`,
    );
    return peakMb;
  });
  const features = ((counts[1] - counts[0]) * DIMS * 4) / 1e6;
  console.log(
    `  grown by ${(peaks[1]! - peaks[0]!).toFixed(0)} MB; the features alone are ${features.toFixed(0)} MB more`,
  );
} else {
  console.log(JSON.stringify(await measure(Number(counted))));
}

async function measure(count: number): Promise<{ peakMb: number; seconds: number }> {
  const folder = await mkdtemp(join(tmpdir(), "semblance-bench-"));
  try {
    const path = join(folder, "picture.png");
    const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
    await writeFile(
      path,
      await sharp({ create: { width: 64, height: 64, channels: 3, background: "#888", noise } })
        .png()
        .toBuffer(),
    );
    const extractor = {
      dims: DIMS,
      extract: async (pictures: readonly unknown[]) => new Float32Array(pictures.length * DIMS).fill(1),
      release: async () => {},
    };
    const start = performance.now();
    await collectFeatures(
      Array.from({ length: count }, () => ({ path })),
      async () => extractor,
      openFeatureCache(null, {}),
      { dims: DIMS },
    );
    const status = await readFile("/proc/self/status", "utf8");
    const peakMb = (Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) * 1024) / 1e6;
    return { peakMb, seconds: (performance.now() - start) / 1000 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
