/** A run small enough for tests: a model of 8 pixels and images drawn on the spot. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { type ModelOptions, parseModelOptions } from "@/lib/diffusion/model/model-options";
import type { CaptionedImage } from "@/lib/diffusion/training/captioned-image";
import { fineTuneSettings, type TrainingSettings } from "@/lib/diffusion/training/fine-tune-settings";
import type { TrainingRequest } from "@/lib/diffusion/training/training-request";

export const smallOptions: ModelOptions = parseModelOptions({
  image_size: 8,
  num_channels: 32,
  num_res_blocks: 1,
  num_head_channels: 32,
  channel_mult: "1",
  attention_resolutions: "8",
  text_ctx: 8,
  xf_width: 8,
  xf_layers: 1,
  xf_heads: 1,
});

const { preset: _preset, ...usual } = fineTuneSettings.parse({});

export const smallSettings: TrainingSettings = {
  ...usual,
  epochs: 4,
  batchSize: 2,
  learningRate: 1e-3,
  weightDecay: 0.01,
  emaDecay: 0.999,
  flip: true,
  seed: 3,
  recomputation: "off",
  checkpointEverySteps: 3,
  previewEverySteps: 1000,
};

const colours = { red: "#d02020", green: "#20b040", blue: "#2040d0", yellow: "#e0d020", grey: "#808080" };

/** Five plain squares of a colour on white, wide, with their captions beside them. */
export async function drawImages(folder: string): Promise<CaptionedImage[]> {
  await mkdir(folder, { recursive: true });
  return Promise.all(
    Object.entries(colours).map(async ([name, background]) => {
      const path = join(folder, `${name}.png`);
      await sharp({ create: { width: 40, height: 32, channels: 3, background } })
        .extend({ left: 4, right: 4, background: "#ffffff" })
        .png()
        .toFile(path);
      const caption = `a ${name} square`;
      await writeFile(join(folder, `${name}.txt`), caption);
      return { path, captions: [caption] };
    }),
  );
}

/** The same, most of them with two more captions. */
export async function drawPairedImages(folder: string): Promise<CaptionedImage[]> {
  const images = await drawImages(folder);
  return images.map(({ path, captions }, index) => {
    const [caption] = captions as readonly [string];
    const others = [caption.replace("square", "box"), `plain ${caption.slice(2)}`];
    return { path, captions: index === 0 ? [caption] : [caption, ...others] };
  });
}

export async function smallRequest(
  folder: string,
  changes: { run?: string; settings?: Partial<TrainingSettings> } & Partial<
    Omit<TrainingRequest, "settings">
  > = {},
): Promise<TrainingRequest> {
  const { run = "run", settings, ...others } = changes;
  return {
    options: smallOptions,
    startWeightsPath: null,
    images: await drawImages(join(folder, "images")),
    directory: join(folder, run),
    threads: 1,
    settings: { ...smallSettings, ...settings },
    ...others,
  };
}
