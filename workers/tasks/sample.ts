/** The engine task that draws pictures of captions and stores them with everything that decided them. */
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { openModel } from "@/lib/diffusion/model/open-model";
import { parseModelOptions } from "@/lib/diffusion/model-options";
import type { RgbPicture } from "@/lib/diffusion/rgb-picture";
import { createPictureSampler } from "@/lib/diffusion/sample-picture";
import type { ExecutionProvider } from "@/lib/engine/execution-provider";
import type { SampleSettings } from "@/lib/samples/sample-settings";
import { addPngText } from "./png-text";

type OptionValues = Readonly<Record<string, unknown>>;

export type SampleInput = {
  readonly baseWeightsPath: string;
  /** Options under the reference's names; null: as the file says. */
  readonly baseOptions: OptionValues | null;
  readonly upsamplerWeightsPath?: string | null;
  readonly upsamplerOptions?: OptionValues | null;
  /** One picture each; `captionId` is the caller's, and names the files. */
  readonly requests: readonly {
    readonly captionId: string;
    readonly caption: string;
    readonly seed: number;
  }[];
  readonly settings: SampleSettings;
  /** Must exist. */
  readonly outputDirectory: string;
  readonly provider: ExecutionProvider;
};

export type SampleEvent = {
  readonly type: "picture";
  readonly captionId: string;
  readonly seed: number;
  /** PNG; a JSON file of the same stem beside it says what decided the picture, as does the PNG's own text. */
  readonly path: string;
  /** The base model's PNG where the picture was upsampled. */
  readonly basePath?: string;
};

export type SampleResult = { readonly pictures: number };

export async function sampleTask(
  input: SampleInput,
  emit: (event: SampleEvent) => void,
): Promise<SampleResult> {
  const { requests, outputDirectory, provider } = input;
  const { picturesPerCaption: _, firstSeed: __, ...settings } = input.settings;
  const sampler = createPictureSampler({
    base: await open(input.baseWeightsPath, input.baseOptions),
    upsampler: input.upsamplerWeightsPath
      ? await open(input.upsamplerWeightsPath, input.upsamplerOptions ?? null)
      : null,
    provider,
  });
  try {
    for (const { captionId, caption, seed } of requests) {
      const { base, upsampled, record } = await sampler.samplePicture({ caption, seed, settings });
      const stem = join(outputDirectory, `${captionId}-${seed}`);
      const text = JSON.stringify(record);
      const basePath = upsampled ? `${stem}-base.png` : undefined;
      if (basePath) await writeWhole(basePath, await encodePng(base, text));
      await writeWhole(`${stem}.json`, `${JSON.stringify(record, null, 2)}\n`);
      await writeWhole(`${stem}.png`, await encodePng(upsampled ?? base, text));
      emit({ type: "picture", captionId, seed, path: `${stem}.png`, basePath });
    }
  } finally {
    await sampler.release();
  }
  return { pictures: requests.length };
}

function open(path: string, options: OptionValues | null) {
  return openModel(path, options === null ? undefined : parseModelOptions(options));
}

async function encodePng({ data, widthPx, heightPx }: RgbPicture, record: string): Promise<Buffer> {
  const png = await sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .png()
    .toBuffer();
  return addPngText(png, "semblance", record);
}

/** A file that exists is whole: whoever finds it after a kill may trust it. */
async function writeWhole(path: string, content: string | Buffer): Promise<void> {
  await writeFile(`${path}.partial`, content);
  await rename(`${path}.partial`, path);
}
