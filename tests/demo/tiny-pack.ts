/** A pack of untrained models and few images, built by the real build: for tests of what becomes of a pack. */
import { existsSync } from "node:fs";
import { cp, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildDemo } from "@/demo/build/build-demo";
import { type PackSizes, planPack } from "@/demo/build/plan";
import { AttributeReader } from "@/demo/fidelity/attribute-reader";
import { featureCount } from "@/demo/fidelity/palette-features";
import { type DemoPack, readDemoPack } from "@/demo/install/pack";
import { clipRecipe } from "@/demo/train/clip-recipe";
import { noisedClipRecipe } from "@/demo/train/noised-clip-recipe";
import { shipNoisedClip } from "@/demo/train/ship-noised-clip";
import { shipClip, trainClip } from "@/demo/train/train-clip";
import { trainDemoNoisedClip } from "@/demo/train/train-noised-clip";
import { furColours, settings } from "@/demo/world/attributes";
import { worldImage } from "@/demo/world/image-sets";
import { initialWeights } from "@/lib/diffusion/model/initial-weights";
import { parseModelOptions } from "@/lib/diffusion/model/model-options";
import { OPTIONS_METADATA_KEY } from "@/lib/diffusion/model/open-model";
import { keepTaughtRows } from "@/lib/diffusion/model/taught-tokens";
import { encodeCaption, paddingToken } from "@/lib/diffusion/model/tokenizer";
import { Random } from "@/lib/numerics/random";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";

export const tinySizes: PackSizes = {
  captions: 4,
  samplesPerCaption: 2,
  enlargedCaptions: 3,
  openStudyCaptions: 2,
  trainingImages: 6,
  heldOutImages: 6,
  baseSteps: 2,
  upsamplerSteps: 1,
  recordedEpochs: 1,
};

const small = {
  num_channels: 32,
  num_res_blocks: 1,
  num_head_channels: 32,
  attention_resolutions: "",
  dropout: 0,
  text_ctx: 32,
  xf_width: 32,
  xf_layers: 1,
  xf_heads: 1,
};
const base = parseModelOptions({ ...small, image_size: 64, channel_mult: "1,1,1,1" });
const upsampler = parseModelOptions({
  ...small,
  super_res: true,
  image_size: 256,
  channel_mult: "1,1,1,1,1,1",
});

const tinyNoisedClip = {
  ...noisedClipRecipe,
  options: {
    ...noisedClipRecipe.options,
    ...{ patch_size: 32, n_embd: 4, n_head_text: 1, n_head_state_text: 4, n_xf_blocks_text: 1 },
    ...{ n_head_image: 1, n_head_state_image: 4, n_xf_blocks_image: 1 },
  },
  settings: { ...noisedClipRecipe.settings, batchSize: 2, steps: 1 },
  images: 4,
};

/**
 * Puts a pack into `folder` and what its build keeps between runs into `work`. It is built once per run of the tests:
 * whoever asks first builds it, everybody gets a copy.
 */
export async function buildTinyPack(folder: string, work: string): Promise<DemoPack> {
  const built = join(process.env.SEMBLANCE_TEST_FOLDER!, "tiny-pack");
  while (!existsSync(built)) {
    const draft = `${built}-draft`;
    const isOurs = await mkdir(draft).then(
      () => true,
      () => false,
    );
    if (isOurs) await build(draft).then(() => rename(draft, built), failed(draft));
    else await new Promise((settle) => setTimeout(settle, 200));
  }
  await cp(join(built, "pack"), folder, { recursive: true });
  await cp(join(built, "work"), work, { recursive: true });
  return (await readDemoPack(folder))!;
}

async function build(root: string): Promise<void> {
  const [folder, work] = [join(root, "pack"), join(root, "work")];
  await writeTinyWeights(folder, work);
  const { signal } = new AbortController();
  await buildDemo({ folder, work, sizes: tinySizes, say: () => {}, signal });
}

/** Who waits for it then tries itself. */
function failed(draft: string) {
  return async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    throw error;
  };
}

async function writeTinyWeights(folder: string, work: string): Promise<void> {
  await mkdir(join(folder, "weights"), { recursive: true });
  await mkdir(join(folder, "curves"), { recursive: true });
  const models = { "base-original": base, "base-tuned": base, "upsampler-original": upsampler };
  const tuned = { "upsampler-tuned-20": upsampler, "upsampler-tuned-40": upsampler };
  const taught = taughtTokens();
  for (const [at, [name, options]] of Object.entries({ ...models, ...tuned }).entries()) {
    const tensors = new Map(
      [...initialWeights(options, at)].map(([tensor, { shape, data }]) => [
        tensor,
        { dtype: "float16" as const, shape, data: data as Float32Array<ArrayBuffer> },
      ]),
    );
    await writeSafetensors(join(folder, "weights", `${name}.safetensors`), keepTaughtRows(tensors, taught), {
      [OPTIONS_METADATA_KEY]: JSON.stringify(options),
    });
  }
  for (const { phases } of planPack().fineTunes) {
    for (const { curve } of phases) await writeFile(join(folder, curve), "50,0.1\n50,0.05\n100,0.04\n");
  }
  const random = new Random(3);
  const map = (answers: number) => Float32Array.from(random.normals(answers * featureCount));
  await new AttributeReader(map(furColours.length), map(settings.length)).save(
    join(folder, "weights", "attribute-reader.safetensors"),
  );
  const run = { work, say: () => {} };
  await trainClip(run, { recipe: { ...clipRecipe, images: 8, batchSize: 4, steps: 1 } });
  await shipClip(work, folder);
  await trainDemoNoisedClip(run, { recipe: tinyNoisedClip });
  await shipNoisedClip(work, folder);
}

function taughtTokens(): Set<number> {
  const tokens = new Set([paddingToken]);
  for (let index = 0; index < tinySizes.heldOutImages; index++) {
    for (const { text } of worldImage("real-held-out", index).captions) {
      for (const token of encodeCaption(text).tokens) tokens.add(Number(token));
    }
  }
  return tokens;
}
