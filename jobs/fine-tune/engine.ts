/** The engine task that fine-tunes a model, or trains one from scratch. */
import { cpus, totalmem } from "node:os";
import { type ModelOptions, parseModelOptions } from "@/lib/diffusion/model/model-options";
import { presetOptions } from "@/lib/diffusion/model/model-presets";
import { openModel } from "@/lib/diffusion/model/open-model";
import type { CaptionedImage } from "@/lib/diffusion/training/captioned-image";
import type { FineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { type RunRequest, RunRequests } from "@/lib/diffusion/training/run-requests";
import { train } from "@/lib/diffusion/training/train";
import type { TrainingEvent } from "@/lib/diffusion/training/training-events";
import type { TrainingRequest, TrainingResult } from "@/lib/diffusion/training/training-request";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import { SemblanceError } from "@/lib/errors";
import { counted } from "@/lib/text/counted";
import { appendToJournal } from "./event-journal";

export type TrainInput = {
  readonly part: "base" | "upsampler";
  /** The checkpoint to start from; null trains the model of `settings.preset` from scratch. */
  readonly startWeightsPath: string | null;
  /** Of that file, where it cannot change; absent: it is computed. */
  readonly startSha256?: string | null;
  /** Which set of weights, where the checkpoint holds several; absent: the default one. */
  readonly startKey?: string | null;
  /** The model's options under the reference's names; null: as the checkpoint or the preset says. */
  readonly options: Readonly<Record<string, unknown>> | null;
  readonly images: readonly CaptionedImage[];
  /** Those to validate on, unless the settings keep a share of `images` for that. */
  readonly validationImages?: readonly CaptionedImage[];
  /** Images of the class, for prior preservation; absent: they are drawn before the first step. */
  readonly classImages?: readonly CaptionedImage[];
  /** Where drawn class images are kept for every run; absent: in the run's folder. */
  readonly classImageFolder?: string;
  readonly settings: FineTuneSettings;
  /** The run's own folder; the same one again continues the run. */
  readonly directory: string;
  readonly provider: ExecutionProvider;
  /** Why that is not the provider that was asked for by name; absent where it is. */
  readonly providerRefusal?: string;
};

export type TrainEvent = TrainingEvent;
export type TrainResult = TrainingResult;

export async function run(
  input: TrainInput,
  emit: (event: TrainEvent) => void,
  signal: AbortSignal,
  told: readonly RunRequest[],
): Promise<TrainResult> {
  const onEvent = (event: TrainEvent) => {
    appendToJournal(input.directory, event);
    emit(event);
  };
  const { request, notes, refusal } = await openRequest(input);
  for (const message of notes) onEvent({ type: "log", message });
  for (const message of refusal) onEvent({ type: "log", level: "warning", message });
  onEvent({ type: "log", message: deviceLine(input.provider) });
  return train({ ...request, signal, requests: new RunRequests(told), onEvent });
}

/**
 * What training is asked for, with what is to be told of the model and of a provider that is not used.
 *
 * @throws SemblanceError for a model of the other part, or a provider that the settings insist on
 */
export async function openRequest(
  input: TrainInput,
): Promise<{ request: TrainingRequest; notes: readonly string[]; refusal: readonly string[] }> {
  const { startWeightsPath, images, validationImages, classImages, classImageFolder } = input;
  const { settings, directory, provider } = input;
  const refusal = checkRefusal(input);
  const { options: startOptions, notes } = await resolveModel(input);
  const request = {
    options: settings.inpainting ? { ...startOptions, inpaint: true } : startOptions,
    startOptions,
    startWeightsPath,
    startSha256: input.startSha256 ?? undefined,
    startKey: input.startKey ?? undefined,
    images,
    validationImages,
    classImages,
    classImageFolder,
    settings,
    directory,
    provider,
  };
  return { request, notes, refusal };
}

function deviceLine(provider: ExecutionProvider): string {
  const processors = cpus();
  const machine = `${counted(processors.length, "processor", "processors")}, ${processors[0]?.model.trim() ?? "unknown"}, ${(totalmem() / 1e9).toFixed(1)} GB of memory`;
  return provider === "cpu"
    ? `Computes on the processor: ${machine}.`
    : `Computes on ${provider}, in a machine with ${machine}.`;
}

/** What the log tells of a provider that is not used. */
function checkRefusal({ providerRefusal, provider, settings }: TrainInput): readonly string[] {
  if (providerRefusal === undefined) return [];
  if (settings.whenCardFails === "processor") return [`${providerRefusal}. The run uses ${provider}.`];
  throw new SemblanceError("unavailable", `${providerRefusal}.`, {
    remedy:
      "Update the graphics driver, start the worker with SEMBLANCE_PROVIDER=auto, or let the run continue on the processor if the graphics card fails.",
  });
}

async function resolveModel({
  part,
  startWeightsPath,
  startKey,
  options,
  settings,
}: TrainInput): Promise<{ options: ModelOptions; notes: readonly string[] }> {
  const given = options && parseModelOptions(options);
  const resolved =
    startWeightsPath === null
      ? { options: given ?? presetOptions(settings.preset, part), notes: [] }
      : await openModel(startWeightsPath, given ?? undefined, { key: startKey ?? undefined });
  if (resolved.options.super_res === (part === "upsampler")) return resolved;
  throw new SemblanceError(
    "invalid_input",
    part === "base"
      ? "The model to train is an upsampler, not a base model."
      : "The model to train is a base model, not an upsampler.",
    { remedy: "Choose a checkpoint of the part that you train." },
  );
}
