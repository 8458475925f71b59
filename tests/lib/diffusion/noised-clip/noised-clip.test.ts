/** The noised CLIP: inferred options, the gradient against finite differences, and files that do not fit. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ClipFiles } from "@/lib/diffusion/noised-clip/clip-files";
import { openNoisedClip } from "@/lib/diffusion/noised-clip/noised-clip";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { randomImageEncoder, smallClipOptions, writeRandomClip } from "./random-clip";

const options = { ...smallClipOptions, n_timesteps: 20 };

let folder = "";
let files: ClipFiles;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semblance-noised-clip-"));
  files = await writeRandomClip(folder, options);
});
afterAll(() => rm(folder, { recursive: true }));

describe("a noised CLIP whose heads are 64 wide", () => {
  it("needs no options", async () => {
    const clip = await openNoisedClip(files);
    expect(clip.options).toMatchObject({ ...options, logit_scale: 100, n_head_state_image: 64 });
  });

  it("has a gradient that agrees with finite differences, at the given timestep", async () => {
    const clip = await openNoisedClip(files);
    const { embedding } = await clip.embedCaption(clip.tokensOf("a dog in a field"));
    const image = Float32Array.from({ length: 3 * 16 ** 2 }, (_, at) => Math.sin(at * 12.9898));
    const { gradient, agreement } = await clip.judge(image, 7, embedding);
    expect((await clip.judge(image, 8, embedding)).agreement).not.toBeCloseTo(agreement, 1);
    for (const at of [0, 5, 300, 511, 767]) {
      const along = async (distance: number) => {
        const moved = image.slice();
        moved[at]! += distance;
        return (await clip.judge(moved, 7, embedding)).agreement;
      };
      const step = 0.02;
      const slope = ((await along(step)) - (await along(-step))) / (2 * step);
      const largest = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(Math.abs(slope - gradient[at]!)).toBeLessThan(0.01 * largest);
    }
    await clip.release();
  });

  it("reads up to the end mark and nothing after it", async () => {
    const clip = await openNoisedClip(files);
    const { tokens, length } = clip.tokensOf("a dog");
    const first = await clip.embedCaption({ tokens, length, truncated: false });
    const others = tokens.slice();
    others[length] = 5n;
    const second = await clip.embedCaption({ tokens: others, length, truncated: false });
    expect(second.embedding).toEqual(first.embedding);
    await clip.release();
  });
});

describe("files that are not noised CLIP", () => {
  it("are rejected with the file, the tensor and the remedy", async () => {
    await expect(openNoisedClip({ image: files.text, text: files.image })).rejects.toThrow(
      /^text-enc\.safetensors: no tensor blocks\.input\.patch_proj/,
    );
    const image = join(folder, "other.safetensors");
    await writeSafetensors(image, randomImageEncoder({ ...options, n_embd: 12 }));
    await expect(openNoisedClip({ ...files, image })).rejects.toThrow(
      /^text-enc\.safetensors: tensor blocks\.output\.f\.w has shape \[10, 64\], but the options require \[12, 64\]/,
    );
  });

  it("are rejected where a weight is not finite", async () => {
    const weights = randomImageEncoder(options);
    (weights.get("blocks.output.f.w")!.data as Float32Array)[3] = Number.NaN;
    const image = join(folder, "nan.safetensors");
    await writeSafetensors(image, weights);
    const opened = await openNoisedClip({ ...files, image });
    const caption = new Float32Array(options.n_embd);
    await expect(opened.judge(new Float32Array(768), 0, caption)).rejects.toThrow(
      "nan.safetensors: 1 of the 1280 values of blocks.output.f.w are NaN or infinite.",
    );
  });
});
