/** The engine task that draws images of captions and stores them with everything that decided them. */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { readLora, withLoras } from "@/lib/diffusion/lora/lora-adapter";
import { parseModelOptions } from "@/lib/diffusion/model/model-options";
import { openModel } from "@/lib/diffusion/model/open-model";
import type { ClipFiles } from "@/lib/diffusion/noised-clip/clip-files";
import { openNoisedClip } from "@/lib/diffusion/noised-clip/noised-clip";
import { openInpaintingSource } from "@/lib/diffusion/sampling/inpainting-source";
import { createImageSampler, type SamplingStep } from "@/lib/diffusion/sampling/sample-image";
import { type SampleSettings, settingsOfEach, usesClip } from "@/lib/diffusion/sampling/sample-settings";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import { SemblanceError } from "@/lib/errors";
import { softwareVersion } from "@/lib/platform/server/software-version";
import { hashFile } from "@/lib/platform/storage/hash-file";
import {
  encodeImage,
  encodePng,
  type ImageRecord,
  type RecordedClip,
  type RecordedModel,
} from "./image-record";

type OptionValues = Readonly<Record<string, unknown>>;

type ModelChoice = {
  readonly options?: OptionValues | null;
  readonly sha256?: string;
  readonly key?: string | null;
};

type InpaintingFiles = { readonly imagePath: string; readonly maskPath: string };

/** `alpha` and hash where they are known; else the file says, or they are computed. */
type SampleLora = {
  readonly path: string;
  readonly scale: number;
  readonly alpha?: number;
  readonly sha256?: string;
};

export type SampleInput = {
  readonly baseWeightsPath: string;
  /** Of the weights file, where it is known; else it is computed. */
  readonly baseSha256?: string;
  /** Which set of weights, where the file holds several; absent: the default one. */
  readonly baseKey?: string | null;
  /** Options under the reference's names; null: as the file says. */
  readonly baseOptions: OptionValues | null;
  /** Adapters merged into the base's weights; several add up. */
  readonly baseLoras?: readonly SampleLora[];
  readonly upsamplerWeightsPath?: string | null;
  readonly upsamplerSha256?: string;
  readonly upsamplerKey?: string | null;
  readonly upsamplerOptions?: OptionValues | null;
  /** One image each; `captionId` is the caller's, and names the files; "/" in it makes folders. */
  readonly requests: readonly {
    readonly captionId: string;
    readonly caption: string;
    readonly seed: number;
    /** What this one completes; absent: `inpaint` of all. */
    readonly inpaint?: InpaintingFiles | null;
  }[];
  readonly settings: SampleSettings;
  /** An image that every request completes, and its mask: white where it is redrawn. */
  readonly inpaint?: InpaintingFiles | null;
  /** Needed for CLIP guidance; hashes that are not known are computed. */
  readonly clip?: (ClipFiles & Partial<RecordedClip>) | null;
  /** Must exist. */
  readonly outputDirectory: string;
  /** How often to write what an image looks like so far; absent: never. */
  readonly guessEverySteps?: number;
  readonly provider: ExecutionProvider;
};

export type SampleEvent =
  | {
      readonly type: "image";
      readonly captionId: string;
      readonly seed: number;
      /** PNG; a JSON file of the same stem beside it says what decided the image, as does the PNG's own text. */
      readonly path: string;
      /** The base model's PNG where the image was upsampled. */
      readonly basePath?: string;
    }
  | {
      /** What somebody should know of how a checkpoint was read. */
      readonly type: "log";
      readonly message: string;
    }
  | {
      /** A PNG of what an image will look like, as far as it can be guessed; one file for each guess. */
      readonly type: "guess";
      readonly path: string;
      readonly stage: "base" | "upsampler";
      readonly step: number;
      readonly stepCount: number;
    };

/** Everything it makes is told by events. */
export type SampleResult = null;

export async function run(
  input: SampleInput,
  emit: (event: SampleEvent) => void,
  signal: AbortSignal,
): Promise<SampleResult> {
  const { requests, outputDirectory, provider } = input;
  const settings = settingsOfEach(input.settings);
  const open = async (path: string, { options, sha256, key }: ModelChoice) => {
    const parsed = options ? parseModelOptions(options) : undefined;
    const source = await openModel(path, parsed, { key: key ?? undefined });
    for (const note of source.notes) emit({ type: "log", message: `${basename(path)}: ${note}` });
    const recorded: RecordedModel = {
      sha256: sha256 ?? (await hashFile(path)),
      options: source.options,
      ...(source.sets.length > 1 ? { key: source.chosen.key } : {}),
    };
    return { source, recorded };
  };
  const base = await open(input.baseWeightsPath, {
    options: input.baseOptions,
    sha256: input.baseSha256,
    key: input.baseKey,
  });
  const loras = await Promise.all((input.baseLoras ?? []).map(openLora));
  const upsampler = input.upsamplerWeightsPath
    ? await open(input.upsamplerWeightsPath, {
        options: input.upsamplerOptions,
        sha256: input.upsamplerSha256,
        key: input.upsamplerKey,
      })
    : null;
  const clip = usesClip(settings) && input.clip ? await openClip(input.clip, provider) : null;
  const sampler = createImageSampler({
    base: withLoras(base.source, loras),
    upsampler: upsampler?.source ?? null,
    clip: clip?.model ?? null,
    provider,
    precision: settings.samplingPrecision,
  });
  const { guessEverySteps } = input;
  const shared = input.inpaint ? await openInpainting(input.inpaint) : null;
  const afterStep = async ({ stage, step, stepCount, guess }: SamplingStep) => {
    // Lets the parent's messages in, which wait while the engine computes.
    await new Promise((resolve) => setImmediate(resolve));
    if (signal.aborted) throw new SemblanceError("cancelled", "The sampling was cancelled.");
    if (guessEverySteps === undefined || step % guessEverySteps !== 0 || step === stepCount) return;
    const path = join(outputDirectory, `guess-${stage}-${step}.png`);
    await writeWhole(path, await encodePng(guess()));
    emit({ type: "guess", path, stage, step, stepCount });
  };
  try {
    for (const { captionId, caption, seed, inpaint: own } of requests) {
      const inpaint = own ? await openInpainting(own) : shared;
      const image = await sampler.sampleImage({
        caption,
        seed,
        settings,
        inpaint: inpaint?.source,
        onStep: afterStep,
      });
      const record: ImageRecord = {
        software: { name: "semblance", version: softwareVersion },
        models: {
          base: {
            ...base.recorded,
            ...(loras.length > 0 && { loras: loras.map(({ sha256, scale }) => ({ sha256, scale })) }),
          },
          upsampler: upsampler?.recorded ?? null,
          ...(clip && { clip: clip.recorded }),
        },
        ...image.record,
        ...(inpaint && { inpaint: inpaint.recorded }),
      };
      const stem = join(outputDirectory, `${captionId}-${seed}`);
      await mkdir(dirname(stem), { recursive: true });
      const basePath = image.upsampled ? `${stem}-base.png` : undefined;
      if (basePath) await writeWhole(basePath, await encodeImage(image.base, record));
      await writeWhole(`${stem}.json`, `${JSON.stringify(record, null, 2)}\n`);
      await writeWhole(`${stem}.png`, await encodeImage(image.upsampled ?? image.base, record));
      emit({ type: "image", captionId, seed, path: `${stem}.png`, basePath });
    }
  } finally {
    await sampler.release();
  }
  return null;
}

async function openInpainting({ imagePath, maskPath }: InpaintingFiles) {
  return {
    source: await openInpaintingSource(imagePath, maskPath),
    recorded: { imageSha256: await hashFile(imagePath), maskSha256: await hashFile(maskPath) },
  };
}

async function openLora({ path, scale, alpha, sha256 }: SampleLora) {
  const adapter = await readLora(path, alpha === undefined ? {} : { alpha });
  return { adapter, scale, sha256: sha256 ?? (await hashFile(path)) };
}

async function openClip(
  { imageSha256, textSha256, ...files }: ClipFiles & Partial<RecordedClip>,
  provider: ExecutionProvider,
) {
  const recorded: RecordedClip = {
    imageSha256: imageSha256 ?? (await hashFile(files.image)),
    textSha256: textSha256 ?? (await hashFile(files.text)),
  };
  return { model: await openNoisedClip(files, { provider }), recorded };
}

/** A file that exists is whole: whoever finds it after a kill may trust it. */
async function writeWhole(path: string, content: string | Buffer): Promise<void> {
  await writeFile(`${path}.partial`, content);
  await rename(`${path}.partial`, path);
}
