import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { measureNoisedClip } from "@/demo/build/measure-noised-clip";
import { noisedClipFolder } from "@/demo/install/pack";
import { noisedClipRecipe } from "@/demo/train/noised-clip-recipe";
import { clipFilesIn } from "@/lib/diffusion/noised-clip/clip-files";
import { openNoisedClip } from "@/lib/diffusion/noised-clip/noised-clip";

const pack = join(process.cwd(), "demo", "pack");
const files = clipFilesIn(join(pack, noisedClipFolder));

test("the shipped noised CLIP finds captions of unseen images, the less noise the more often", async () => {
  const work = await mkdtemp(join(tmpdir(), "semblance-shipped-noised-clip-"));
  try {
    const [clear, , , noise] = await measureNoisedClip({ folder: pack, work, heldOutImages: 24 });
    // About one of 24 is right by chance.
    expect(clear!.byChance).toBeLessThan(2);
    expect(clear!.right).toBeGreaterThanOrEqual(8);
    expect(noise!.right).toBeLessThan(clear!.right);
  } finally {
    await rm(work, { recursive: true });
  }
});

test("it is the recipe's, and small", async () => {
  const clip = await openNoisedClip(files);
  expect({ ...clip.options, logit_scale: 0 }).toEqual({ ...noisedClipRecipe.options, logit_scale: 0 });
  const { firstLogitScale, mostLogitScale } = noisedClipRecipe.settings;
  expect(clip.options.logit_scale).toBeGreaterThan(firstLogitScale);
  expect(clip.options.logit_scale).toBeLessThanOrEqual(mostLogitScale);
  expect((await stat(files.image)).size + (await stat(files.text)).size).toBeLessThan(9e6);
  // Of the token table only the rows of the world's words are not zero.
  expect(gzipSync(await readFile(files.text), { level: 1 }).length).toBeLessThan(0.5e6);
});
