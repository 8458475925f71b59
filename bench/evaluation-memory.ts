/**
 * Highest memory of an evaluation by FID and KID at 3,000 and at 50,000 images a side, each in a separate process;
 * of 1,000, for comparison, which need no covariances:
 *
 *   node --import tsx bench/evaluation-memory.ts
 *
 * Decoding, hashing, batching, collecting and both distances with their intervals are the evaluation's own. In place of
 * the network is one that gives 2048 values per image at once, since the network's memory does not depend on the
 * number of images and its time would be hours. Linux only.
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { collectFeatures } from "@/lib/metrics/inputs/collect-features";
import { openFeatureCache } from "@/lib/metrics/inputs/feature-cache";
import { frechetDistanceWithInterval } from "@/lib/metrics/measures/frechet-interval";
import { kernelDistanceWithInterval } from "@/lib/metrics/measures/kernel-distance";
import { Random } from "@/lib/numerics/random";

const DIMS = 2048;
const counts = [1_000, 3_000, 50_000] as const;
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
      `  ${String(count).padStart(6)} images  ${peakMb.toFixed(0)} MB peak, ${seconds.toFixed(0)} s`,
    );
    return peakMb;
  });
  console.log(
    `  grown by ${(peaks[2]! - peaks[1]!).toFixed(0)} MB from ${counts[1]} to ${counts[2]}; the features would be ` +
      `${((2 * (counts[2] - counts[1]) * DIMS * 4) / 1e6).toFixed(0)} MB more`,
  );
} else {
  console.log(JSON.stringify(await measure(Number(counted))));
}

async function measure(count: number): Promise<{ peakMb: number; seconds: number }> {
  const folder = await mkdtemp(join(tmpdir(), "semblance-bench-"));
  try {
    const path = join(folder, "image.png");
    const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
    await writeFile(
      path,
      await sharp({ create: { width: 64, height: 64, channels: 3, background: "#888", noise } })
        .png()
        .toBuffer(),
    );
    const random = new Random(1);
    const extractor = {
      dims: DIMS,
      extract: async (images: readonly unknown[]) =>
        Float32Array.from({ length: images.length * DIMS }, () => random.uniform()),
      release: async () => {},
    };
    const start = performance.now();
    const collect = () =>
      collectFeatures(
        Array.from({ length: count }, () => ({ path })),
        async () => extractor,
        openFeatureCache(null, {}),
        { dims: DIMS },
      );
    const [real, generated] = [await collect(), await collect()];
    await frechetDistanceWithInterval(real.features, generated.features, new Random(2));
    await kernelDistanceWithInterval(real.features, generated.features, new Random(3));
    real.close();
    generated.close();
    const status = await readFile("/proc/self/status", "utf8");
    const peakMb = (Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) * 1024) / 1e6;
    return { peakMb, seconds: (performance.now() - start) / 1000 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
