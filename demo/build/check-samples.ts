/** Draws images again with the shipped weights: packed ones, which must come out the same, and fresh ones. */
import { join } from "node:path";
import sharp from "sharp";
import { openModel } from "@/lib/diffusion/model/open-model";
import { createImageSampler, type SampledImage } from "@/lib/diffusion/sampling/sample-image";
import { settingsOfEach } from "@/lib/diffusion/sampling/sample-settings";
import { decodeImage } from "@/lib/images/decode-image";
import { countFidelity } from "../fidelity/count-fidelity";
import { type DemoPack, type PackedImage, type PackedSet, packedFile, packedImages } from "../install/pack";
import { worldImage } from "../world/image-sets";
import { captionOf } from "./draw-samples";
import type { Finding } from "./finding";
import { openReader } from "./measure-sets";

/** Packed images that are drawn again, of each set. */
const drawnAgain = 2;
/** Mean difference, of 255, that another processor's rounding may make of an image. */
const mostDifference = 2;
/** Captions that are drawn with a fresh seed, for each set without an upsampler. */
const freshCaptions = 30;
const freshSeed = 1000;

/** Draws `images` of a set with the weights of a pack. */
async function draw(
  pack: DemoPack,
  set: PackedSet,
  folder: string,
  images: readonly PackedImage[],
): Promise<SampledImage[]> {
  const source = (key: string) =>
    openModel(join(folder, pack.checkpoints.find((one) => one.key === key)!.file));
  const sampler = createImageSampler({
    base: await source(set.base),
    upsampler: set.upsampler === null ? null : await source(set.upsampler),
  });
  const settings = settingsOfEach(set.settings);
  const drawn: SampledImage[] = [];
  try {
    for (const { index, seed } of images) {
      drawn.push(await sampler.sampleImage({ caption: captionOf(index), seed, settings }));
    }
  } finally {
    await sampler.release();
  }
  return drawn;
}

export async function checkPackedSamples(pack: DemoPack, folder: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const set of pack.sampleSets) {
    const all = packedImages(set);
    const chosen = [...new Set([0, all.length - 1])].slice(0, drawnAgain).map((at) => all[at]!);
    for (const [at, { base, upsampled }] of (await draw(pack, set, folder, chosen)).entries()) {
      const { image: file } = packedFile(set, chosen[at]!);
      const { data: packed } = await decodeImage(join(folder, file));
      const again = (upsampled ?? base).data;
      const difference =
        again.reduce((sum, value, i) => sum + Math.abs(value - packed[i]!), 0) / again.length;
      if (again.length !== packed.length || difference > mostDifference) {
        findings.push({ figure: file, problem: `comes out otherwise, by ${difference.toFixed(1)} of 255` });
      }
    }
  }
  return findings;
}

/** Fur and setting on images of a seed that nobody has chosen by: their interval must meet the claimed one. */
export async function checkFreshSamples(
  pack: DemoPack,
  folder: string,
  say: (message: string) => void,
): Promise<Finding[]> {
  const reader = await openReader(folder);
  const findings: Finding[] = [];
  for (const set of pack.sampleSets.filter(({ upsampler }) => upsampler === null)) {
    const images = Array.from({ length: Math.min(freshCaptions, set.captions) }, (_, index) => ({
      index,
      seed: freshSeed,
    }));
    const drawn = await draw(pack, set, folder, images);
    const fresh = await countFidelity(
      reader,
      await Promise.all(
        drawn.map(async ({ base }, index) => ({
          image: await sharp(base.data, { raw: { width: base.widthPx, height: base.heightPx, channels: 3 } })
            .png()
            .toBuffer(),
          asked: worldImage("real-held-out", index),
          caption: 0,
        })),
      ),
    );
    for (const attribute of ["fur", "setting"] as const) {
      const { right, total, low, high } = fresh[attribute];
      const claimed = set.fidelity[attribute];
      say(`  ${set.key}, ${attribute}: ${right} of ${total} fresh images`);
      if (low > claimed.high || high < claimed.low) {
        findings.push({
          figure: `${attribute} of ${set.key}`,
          problem: `is right in ${claimed.right} of ${claimed.total} packed images but in ${right} of ${total} fresh ones`,
        });
      }
    }
  }
  return findings;
}
