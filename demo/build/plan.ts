/** What the demo's pack holds: models, sets of images, studies, and the names under which visitors meet them. */
import type { DemoPack, PackedSet } from "../install/pack";
import { setSizes, type TrainingStage, trainingStages } from "../train/recipe";

type Planned<Part extends "checkpoints" | "fineTunes" | "studies"> = DemoPack[Part][number];
export type PlannedSet = Omit<PackedSet, "evaluations" | "fidelity"> & {
  /** Sides at which it is compared with the held-out images; null: as it is. */
  readonly sidesPx: readonly (number | null)[];
  /** The set without an upsampler whose images this one enlarges. */
  readonly enlarges: string | null;
};
export type PlannedStudy = Omit<Planned<"studies">, "votes"> & { readonly isSimulated: boolean };

/** Sizes of a pack; tests make small ones. */
export type PackSizes = {
  /** Held-out captions of the sets at 64 px, and images of each. */
  readonly captions: number;
  readonly samplesPerCaption: number;
  /** Held-out captions of the sets at 256 px, one image each, and of the simulated study. */
  readonly enlargedCaptions: number;
  readonly openStudyCaptions: number;
  readonly trainingImages: number;
  readonly heldOutImages: number;
  readonly baseSteps: number;
  readonly upsamplerSteps: number;
  readonly recordedEpochs: number;
};

export const packSizes: PackSizes = {
  captions: 50,
  samplesPerCaption: 4,
  enlargedCaptions: 24,
  openStudyCaptions: 12,
  trainingImages: setSizes["real-training"],
  heldOutImages: setSizes["real-held-out"],
  baseSteps: 50,
  upsamplerSteps: 27,
  recordedEpochs: 30,
};

export type PackPlan = Pick<
  DemoPack,
  "datasets" | "checkpoints" | "fineTunes" | "recordedRuns" | "suggestedFineTune"
> & {
  readonly sampleSets: readonly PlannedSet[];
  readonly studies: readonly PlannedStudy[];
};

const upsamplerEpochs = [20, 40] as const;

export function planPack(sizes: PackSizes = packSizes): PackPlan {
  return {
    datasets: [
      {
        key: "real-training",
        name: "Demo dogs, to learn from",
        description:
          "Drawn by the demo's own renderer, and faithful: fur, setting and details are what the captions say. They stand for the real photographs that a fine-tune learns from.",
        set: "real-training",
        count: sizes.trainingImages,
      },
      {
        key: "real-held-out",
        name: "Demo dogs, held out",
        description:
          "As faithful as the dogs to learn from, but no model has seen these images: what samples are compared with.",
        set: "real-held-out",
        count: sizes.heldOutImages,
      },
    ],
    checkpoints: [
      checkpoint("base-original", "Demo original, base"),
      checkpoint("upsampler-original", "Demo original, upsampler"),
      checkpoint("base-tuned", "Demo fine-tuned, base", "base-tuned"),
      ...upsamplerEpochs.map((epoch) =>
        checkpoint(
          `upsampler-tuned-${epoch}`,
          `Demo fine-tuned, upsampler, epoch ${epoch}`,
          "upsampler-tuned",
          epoch,
        ),
      ),
    ],
    fineTunes: [
      fineTune("base-tuned", "Demo fine-tuned, base", "BASE"),
      fineTune("upsampler-tuned", "Demo fine-tuned, upsampler", "UPSAMPLER"),
    ],
    recordedRuns: [
      {
        key: "recorded",
        name: "Demo fine-tune, recorded",
        part: "BASE",
        dataset: "real-training",
        start: "base-original",
        startFile: "weights/base-original.safetensors",
        settings: recordedSettings(sizes.recordedEpochs),
        folder: "runs/recorded",
      },
    ],
    sampleSets: planSampleSets(sizes),
    studies: planStudies(sizes),
    suggestedFineTune: { start: "base-original", dataset: "real-training", settings: suggestedSettings() },
  };
}

function stageOf(name: string) {
  return trainingStages.find((stage) => stage.name === name)!;
}

function checkpoint(
  key: string,
  name: string,
  fineTune: string | null = null,
  epoch: number | null = null,
): Planned<"checkpoints"> {
  const file = `weights/${key}.safetensors`;
  if (fineTune === null) return { key, name, file, fineTune, epoch: null, step: null };
  const phases = phasesOf(fineTune);
  const stepsOf = ({ settings, images }: TrainingStage, epochs: number) =>
    Math.ceil((epochs * images.count) / settings.batchSize);
  return {
    key,
    name,
    file,
    fineTune,
    epoch: epoch ?? phases.reduce((sum, { settings }) => sum + settings.epochs, 0),
    step: phases.reduce((sum, stage) => sum + stepsOf(stage, epoch ?? stage.settings.epochs), 0),
  };
}

/** The stages that a fine-tune consists of, from the one that starts from an original on. */
function phasesOf(name: string): TrainingStage[] {
  const stage = stageOf(name);
  const start = stageOf(stage.startsFrom!);
  return start.images.set === "original" ? [stage] : [...phasesOf(start.name), stage];
}

function fineTune(key: string, name: string, part: "BASE" | "UPSAMPLER"): Planned<"fineTunes"> {
  const phases = phasesOf(key);
  return {
    key,
    name,
    part,
    dataset: "real-training",
    start: phases[0]!.startsFrom!,
    phases: phases.map((stage) => ({
      settings: { ...toMutable(stage.settings), preset: "tiny" },
      curve: `curves/${stage.name}.csv`,
    })),
  };
}

function toMutable({ keepEpochs, previewCaptions, ...settings }: TrainingStage["settings"]) {
  return { ...settings, keepEpochs: [...keepEpochs], previewCaptions: [...previewCaptions] };
}

/** The first phase of the fine-tune whose samples are shown, for as long as it takes to see the colours change. */
function recordedSettings(epochs: number): DemoPack["recordedRuns"][number]["settings"] {
  return {
    ...toMutable(phasesOf("base-tuned")[0]!.settings),
    preset: "tiny",
    epochs,
    keepEpochs: [],
    previewEverySteps: 100,
  };
}

/** About five minutes: 400 steps. Small batches, a high rate and a small γ, since so short a run is limited by its steps and not by their noise. */
function suggestedSettings(): DemoPack["suggestedFineTune"]["settings"] {
  return {
    ...toMutable(stageOf("base-tuned").settings),
    preset: "tiny",
    epochs: 10,
    batchSize: 8,
    learningRate: 1.5e-3,
    minSnrGamma: 0.5,
    captionDropRate: 0.05,
    emaDecay: 0.98,
    previewEverySteps: 100,
    checkpointEverySteps: 100,
  };
}

function planSampleSets({
  captions,
  samplesPerCaption,
  enlargedCaptions,
  baseSteps,
  upsamplerSteps,
}: PackSizes): PlannedSet[] {
  const common = { dataset: "real-held-out" };
  const sampling = {
    sampler: "ancestral" as const,
    steps: baseSteps,
    guidance: "classifier-free" as const,
    guidanceScale: 3,
    upsampleSampler: "ddim" as const,
    upsampleRespacing: String(upsamplerSteps),
    // With so little training, an upsampler leaves grain at GLIDE's temperature, and darkens where it starts from noise.
    upsampleTemperature: 0.9,
    upsampleStrength: 0.5,
    firstSeed: 0,
    samplingPrecision: "float32" as const,
  };
  const small = (key: string, name: string, base: string): PlannedSet => ({
    ...common,
    key,
    name,
    base,
    upsampler: null,
    settings: { ...sampling, samplesPerCaption },
    captions,
    folder: `images/${key}`,
    sidesPx: [64],
    enlarges: null,
  });
  const large = (
    key: string,
    name: string,
    from: "original-64" | "tuned-64",
    upsampler: string,
    sidesPx: PlannedSet["sidesPx"],
  ): PlannedSet => ({
    ...common,
    key,
    name,
    base: from === "original-64" ? "base-original" : "base-tuned",
    upsampler,
    settings: { ...sampling, samplesPerCaption: 1 },
    captions: enlargedCaptions,
    folder: `images/${key}`,
    sidesPx,
    enlarges: from,
  });
  return [
    small("original-64", "Demo original, 64 px", "base-original"),
    small("tuned-64", "Demo fine-tuned, 64 px", "base-tuned"),
    large("original", "Demo original", "original-64", "upsampler-original", [64, 256]),
    ...upsamplerEpochs.flatMap((epoch) => [
      large(
        `original-${epoch}`,
        `Demo original base, upsampler after ${epoch} epochs`,
        "original-64",
        `upsampler-tuned-${epoch}`,
        [64, 256],
      ),
      large(
        `tuned-${epoch}`,
        `Demo fine-tuned base, upsampler after ${epoch} epochs`,
        "tuned-64",
        `upsampler-tuned-${epoch}`,
        [64, 256],
      ),
    ]),
  ];
}

const question = "Which image matches the caption better?";

function planStudies({ enlargedCaptions, openStudyCaptions }: PackSizes): PlannedStudy[] {
  const arms = [
    { name: "real", dataset: "real-held-out" },
    { name: "original", sampleSet: "original" },
    { name: "fine-tuned", sampleSet: "tuned-40" },
  ];
  return [
    {
      key: "example",
      name: "Demo study, simulated raters",
      instructions:
        "An example. Nobody gave these answers: a program did, from what can be counted in the images (fur colour and setting, right or wrong) and from chance. They show what a finished study looks like and say nothing about people.",
      question,
      arms,
      captions: enlargedCaptions,
      ratersPerItem: 5,
      itemsPerRater: 15,
      isSimulated: true,
    },
    {
      key: "open",
      name: "Demo study, your own answers",
      instructions:
        "Three kinds of images of dogs: drawn as the caption says, by a small model, and by the same model after its fine-tune. Which is which is hidden. Choose the image that matches the caption better.",
      question,
      arms,
      captions: openStudyCaptions,
      ratersPerItem: 5,
      itemsPerRater: 36,
      isSimulated: false,
    },
  ];
}
