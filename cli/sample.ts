/** `semblance sample`: draws images of captions with a base model and, if given, an upsampler. */
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { sampleTask } from "@/jobs/sample/task";
import { readCaptionList } from "@/lib/datasets/read-caption-file";
import { readModelOptions } from "@/lib/diffusion/model/open-model";
import { clipFilesIn } from "@/lib/diffusion/noised-clip/clip-files";
import {
  type SampleSettings,
  sampleSettings,
  seedsOf,
  usesClip,
} from "@/lib/diffusion/sampling/sample-settings";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import { chooseExecutionProvider } from "@/lib/engine/runtime/choose-provider";
import { env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { runEngineTask } from "@/lib/platform/engine-process/run-engine-task";
import { installedClip } from "@/lib/samples/installed-clip";
import { readLoraOptions } from "./chosen-adapters";
import { cancelOnInterrupt } from "./interrupt";
import { givenSettings, parseSettings, sampleOptionNames } from "./setting-options";
import { describeFile, openSamplesFile, type SettingsFileOptions, saveSamplesFile } from "./settings-file";

type Texts = string | readonly string[];

export type SampleOptions = SettingsFileOptions & {
  readonly base?: string;
  readonly upsampler?: string;
  /** Which set of weights of these files, where one holds several. */
  readonly baseKey?: string;
  readonly upsamplerKey?: string;
  /** JSON files of model options, where a checkpoint does not say them. */
  readonly baseOptions?: string;
  readonly upsamplerOptions?: string;
  /** An image to complete, and its mask: white where it is redrawn. */
  readonly inpaint?: string;
  readonly mask?: string;
  /** Adapters for the base; may be given several times. */
  readonly lora?: Texts;
  /** Of each adapter, in the same order; absent: 1. */
  readonly loraScale?: Texts;
  /** A folder with the noised CLIP's two files; default: the installed one. */
  readonly clip?: string;
  /** May be given several times. */
  readonly caption?: Texts;
  /** See `readCaptionList`. */
  readonly captions?: string;
  /** Samples per caption. */
  readonly samples?: number;
  /** Of each caption's first sample; the next one's is one higher. */
  readonly seed?: number;
  readonly out?: string;
  /** Default: the environment's. */
  readonly provider?: "auto" | ExecutionProvider;
  /** The other fields of sampleSettings. */
  readonly [setting: string]: unknown;
};

/**
 * Draws images of each caption into the folder `out`: PNG files, each with a JSON file of everything
 * that decided it, and prints their paths.
 *
 * @returns the exit code, 0
 * @throws SemblanceError for options that are missing or out of range, naming them; as runEngineTask
 */
export async function sample(
  options: SampleOptions,
  output: Pick<NodeJS.WriteStream, "write"> = process.stdout,
): Promise<number> {
  const { base } = options;
  if (base === undefined) {
    throw new SemblanceError("invalid_input", "--base is missing.", {
      remedy: "Give the base model's checkpoint: --base FILE.",
    });
  }
  const settings = await readSettings(base, options);
  if (options.writeSettings !== undefined) {
    const { upsampler } = options;
    await saveSamplesFile(options.writeSettings, {
      base: await describeFile(base),
      upsampler: upsampler === undefined ? null : await describeFile(upsampler),
      sampling: settings,
    });
    output.write(`${options.writeSettings}\n`);
    return 0;
  }
  const captions = await readCaptions(options);
  const clip = usesClip(settings)
    ? options.clip === undefined
      ? await installedClip("published")
      : clipFilesIn(resolve(options.clip))
    : null;
  const outputDirectory = resolve(options.out ?? "samples");
  await mkdir(outputDirectory, { recursive: true });
  const { provider } = await chooseExecutionProvider(options.provider ?? env().provider);
  const requests = captions.flatMap((caption, number) =>
    seedsOf(settings).map((seed) => ({ captionId: String(number + 1).padStart(4, "0"), caption, seed })),
  );
  await cancelOnInterrupt("Sampling was interrupted. Finished samples are complete.", async (signal) =>
    runEngineTask(
      sampleTask,
      {
        baseWeightsPath: resolve(base),
        baseKey: options.baseKey,
        upsamplerKey: options.upsamplerKey,
        baseOptions: await optionsOf(options.baseOptions),
        inpaint: readInpainting(options),
        baseLoras: readLoraOptions(options).map(({ named, scale }) => ({ path: resolve(named), scale })),
        upsamplerWeightsPath: options.upsampler === undefined ? null : resolve(options.upsampler),
        upsamplerOptions: await optionsOf(options.upsamplerOptions),
        requests,
        settings,
        clip,
        outputDirectory,
        provider,
      },
      {
        signal,
        onEvent(event) {
          if (event.type === "log") process.stderr.write(`${event.message}\n`);
          else output.write(`${event.path}\n`);
        },
        onRestart: (message) => void process.stderr.write(`${message}\n`),
      },
    ),
  );
  return 0;
}

/** @throws SemblanceError as openSamplesFile; `conflict` where a model is another one than the file names by its hash */
async function readSettings(base: string, options: SampleOptions): Promise<SampleSettings> {
  const given = givenSettings(sampleSettings, options, sampleOptionNames);
  const file = await openSamplesFile(options.settings, given);
  for (const [named, path, option] of [
    [file.base, base, "--base"],
    [file.upsampler, options.upsampler, "--upsampler"],
  ] as const) {
    if (!named?.sha256 || path === undefined) continue;
    if (named.sha256 === (await describeFile(path)).sha256) continue;
    throw new SemblanceError("conflict", `${path} has other weights than the settings were written for.`, {
      remedy: `Give the right file with ${option}, or remove the model's sha256 from the settings file.`,
    });
  }
  const unused = [
    ...(file.dataset ? ["the dataset"] : []),
    ...(file.adapters?.length ? ["the adapters (give their files with --lora)"] : []),
    ...(file.masks ? ["the masks"] : []),
    ...(file.compare ? ["the comparison"] : []),
  ];
  if (unused.length > 0) process.stderr.write(`Not used of the settings file: ${unused.join(", ")}.\n`);
  return parseSettings(sampleSettings, { ...file.sampling, ...given }, sampleOptionNames);
}

async function optionsOf(path: string | undefined) {
  return path === undefined ? null : readModelOptions(path);
}

function readInpainting({ inpaint, mask }: SampleOptions): { imagePath: string; maskPath: string } | null {
  if (inpaint === undefined && mask === undefined) return null;
  if (inpaint !== undefined && mask !== undefined) {
    return { imagePath: resolve(inpaint), maskPath: resolve(mask) };
  }
  throw new SemblanceError("invalid_input", "--inpaint and --mask belong together.", {
    remedy: "Give the image, and a mask of its size that is white where it is to be redrawn.",
  });
}

async function readCaptions({ caption = [], captions }: SampleOptions): Promise<string[]> {
  const typed = [caption].flat().map((text) => text.trim());
  if (typed.includes("")) {
    throw new SemblanceError("invalid_input", "--caption is empty.", {
      remedy: 'Give a caption: --caption "a happy corgi".',
    });
  }
  const all = [...typed, ...(captions === undefined ? [] : await readCaptionList(captions))];
  if (all.length > 0) return all;
  throw new SemblanceError("invalid_input", "There is no caption to sample.", {
    remedy: 'Use --caption "a happy corgi", which can be repeated, or --captions FILE with one per line.',
  });
}
