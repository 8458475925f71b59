/** Gets everything ready that a training run needs: images, weights, graph, and what its folder holds of it already. */
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { isWebgpu, wantedAdapter } from "@/lib/engine/graph/execution-provider";
import type { Shape } from "@/lib/engine/graph/tensor-type";
import type { Weight } from "@/lib/engine/graph/weights";
import { describeLeftOut, type LeftOutImage } from "@/lib/images/left-out";
import type { LoraForm } from "../lora/lora-graph";
import { parameterShapes } from "../model/parameters";
import { createDiffusion, type GaussianDiffusion } from "../process/gaussian-diffusion";
import { initialAdapters, loraForm } from "./adapter-training";
import type { CaptionedImage } from "./captioned-image";
import { findClassImages } from "./class-images";
import { consistencyTerm, describePairs } from "./consistency-term";
import { ContentHashes } from "./content-hashes";
import { exists } from "./file-exists";
import type { Learner } from "./learner";
import { ProcessorLearner } from "./processor-learner";
import { identifyRun, type RunIdentity, toFingerprint } from "./run-identity";
import { fingerprintByNames, startWeights } from "./run-start";
import { type PriorBatches, TrainingBatches } from "./training-batches";
import type { TrainingGraphSettings } from "./training-graph";
import { TrainingImages } from "./training-images";
import { chooseRecomputation } from "./training-memory";
import type { TrainingRequest } from "./training-request";
import { removeUnfinishedFiles, TrainingStateFolder } from "./training-state";
import { TrainingStep } from "./training-step";
import { Validation } from "./validation";
import { chooseImages, pickImages } from "./validation-images";

export type OpenRun = {
  readonly request: TrainingRequest;
  readonly identity: RunIdentity;
  readonly images: TrainingImages;
  readonly batches: TrainingBatches;
  readonly diffusion: GaussianDiffusion;
  /** Null: the run is not validated. */
  readonly validation: Validation | null;
  readonly learner: Learner;
  /** The adapters that learn; null where the weights themselves do. */
  readonly lora: LoraForm | null;
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Every weight of the model, with those of adapters; what learns on the processor is changed in place. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly states: TrainingStateFolder;
  readonly totalSteps: number;
};

/** Beyond every seed that a run can have: class images are drawn from independently of the others. */
const classSeedOffset = 2 ** 31;

/** Images that a line of the log names; those that go bad later have their own lines. */
const mostNamedAtOnce = 100;

/** Anyone who opens a run releases its learner. Throws what opening the images and the start's weights throws. */
export async function openRun(request: TrainingRequest): Promise<OpenRun> {
  const { options, settings, directory, provider, onEvent } = request;
  for (const folder of ["states", "checkpoints", "previews"]) {
    await mkdir(join(directory, folder), { recursive: true });
  }
  await removeUnfinishedFiles(join(directory, "checkpoints"));
  const chosen = chooseImages(request.images, request.validationImages, settings);
  const images = await openImages(chosen.training, onEvent);
  const diffusion = createDiffusion({
    noiseSchedule: options.noise_schedule,
    diffusionSteps: options.diffusion_steps,
  });
  const ownShapes = parameterShapes(options);
  const lora = loraForm(settings);
  const adapters =
    lora === null ? new Map<string, Weight>() : initialAdapters(ownShapes, lora, settings.seed);
  const shapes = new Map([...ownShapes, ...[...adapters].map(([name, { shape }]) => [name, shape] as const)]);
  const weights = new Map([
    ...(await startWeights(request, ownShapes)),
    ...[...adapters].map(([name, { data }]) => [name, data] as const),
  ]);
  const hashes = await ContentHashes.open(join(directory, "hashes.json"));
  const classImages = await findClassImages(request, hashes);
  const identity = await identifyRun(request, hashes, classImages);
  const validation = await openValidation(request, hashes, { images, heldOut: chosen.heldOut });
  await hashes.save();
  const states = await TrainingStateFolder.open(
    join(directory, "states"),
    toFingerprint(identity),
    (await exists(join(directory, "run.json"))) ? null : await fingerprintByNames(request),
  );
  const graphSettings: TrainingGraphSettings = {
    options,
    diffusion,
    batchSize: classImages === null ? settings.batchSize : 2 * settings.batchSize,
    dropoutRate: settings.dropout,
    trained: settings.trained,
    lora,
    consistency: consistencyTerm(settings),
  };
  const pairs = describePairs(settings, options, images);
  if (pairs !== null) onEvent?.({ type: "log", message: pairs });
  const { recomputesBlocks, message } = chooseRecomputation(settings, graphSettings, {
    isOnProcessor: (provider ?? "cpu") === "cpu",
    availableBytes: process.availableMemory(),
  });
  if (message !== null) onEvent?.({ type: "log", message });
  const learner = await createLearner({ ...graphSettings, recomputesBlocks }, { request, shapes, weights });
  const batchesOf = (own: TrainingImages, seed: number, prior: PriorBatches | null) =>
    new TrainingBatches(own, options, diffusion, { ...settings, seed, dropoutRate: settings.dropout }, prior);
  const prior = classImages && {
    batches: batchesOf(await openImages(classImages, onEvent), settings.seed + classSeedOffset, null),
    weight: settings.priorWeight,
  };
  const batches = batchesOf(images, settings.seed, prior);
  const totalSteps = batches.stepsFor(settings.epochs);
  return {
    request,
    identity,
    images,
    batches,
    diffusion,
    validation,
    learner,
    lora,
    shapes,
    weights,
    states,
    totalSteps,
  };
}

/** On WebGPU everything that learns is on the card. */
async function createLearner(
  graphSettings: TrainingGraphSettings,
  { request, shapes, weights }: Pick<OpenRun, "request" | "shapes" | "weights">,
): Promise<Learner> {
  const { settings, provider = "cpu", threads } = request;
  if (isWebgpu(provider)) {
    const { CardLearner } = await import("./card-learner");
    const source = new Map([...weights].map(([name, data]) => [name, { shape: shapes.get(name)!, data }]));
    return CardLearner.create(graphSettings, source, { ...settings, adapter: wantedAdapter(provider) });
  }
  return new ProcessorLearner(
    await TrainingStep.create({ ...graphSettings, provider, threads }),
    weights,
    settings,
  );
}

/** Tells the log which images are left out: those that are found now together, later ones one by one. */
async function openImages(
  images: readonly CaptionedImage[],
  onEvent: TrainingRequest["onEvent"],
): Promise<TrainingImages> {
  const leftOut: LeftOutImage[] = [];
  let isOpen = false;
  const nouns = ["image", "images"] as const;
  const log = (message: string) => onEvent?.({ type: "log", level: "warning", message });
  const opened = await TrainingImages.open(images, (image) => {
    leftOut.push(image);
    if (!isOpen) return;
    const soFar = leftOut.length > 1 ? ` ${leftOut.length} have been left out so far.` : "";
    log(describeLeftOut([image], nouns) + soFar);
  });
  isOpen = true;
  if (leftOut.length > 0) log(describeLeftOut(leftOut, nouns, mostNamedAtOnce));
  return opened;
}

/** Held-out images, and as many of those that are learnt from, by the seed. */
async function openValidation(
  { settings, directory, onEvent }: TrainingRequest,
  hashes: ContentHashes,
  { images, heldOut }: { images: TrainingImages; heldOut: readonly CaptionedImage[] },
): Promise<Validation | null> {
  if (heldOut.length === 0) return null;
  const opened = await openImages(heldOut, onEvent);
  const contents = await Promise.all(
    heldOut.map(async ({ path, sha256, captions }) => [
      sha256 ?? (await hashes.of(path).catch(() => null)),
      captions,
    ]),
  );
  const count = (all: TrainingImages) => Array.from({ length: all.count }, (_, index) => index);
  const training = pickImages(count(images), opened.count, settings.seed);
  const { seed, minSnrGamma, snrFloor, erasedAreaMin } = settings;
  const key = createHash("sha256")
    .update(JSON.stringify([contents, training, seed, minSnrGamma, snrFloor, erasedAreaMin]))
    .digest("hex");
  return Validation.open(directory, key, [
    { images: opened, indices: count(opened), number: 0 },
    { images, indices: training, number: 1 },
  ]);
}
