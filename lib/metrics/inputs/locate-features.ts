/** Finds the network and weights for a metric's features, and describes them for its recipe. */
import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import type { WeightSource } from "@/lib/engine/graph/weights";
import { SemblanceError } from "@/lib/errors";
import type { ClipFraming, ClipWeights, FeatureSpec, InceptionDialect } from "../catalogue/feature-spec";
import {
  type ClipCaptionEncoder,
  createClipCaptionEncoder,
  createClipImageExtractor,
  readClipConfig,
} from "../extractors/clip";
import { createDemoClipCaptionEncoder, createDemoClipImageExtractor } from "../extractors/demo-clip";
import { demoClipDims, demoClipSizePx } from "../extractors/demo-clip-network";
import { createDinov2Extractor, readDinov2Width } from "../extractors/dinov2";
import type { FeatureExtractor } from "../extractors/feature-extractor";
import { createInceptionExtractor } from "../extractors/inception";
import { inceptionClasses } from "../extractors/inception-network";
import type { ModelSource } from "../extractors/model-source";
import { createSscdExtractor } from "../extractors/sscd";
import { sscdDims } from "../extractors/sscd-network";
import type { Recipe } from "../scores/score";
import { findWeightEntry, missingWeightsError } from "../weights/catalogue";
import { demoClipPath } from "../weights/demo-clip";
import { hashFile } from "../weights/download-file";
import { checkUnchanged, findInstalledWeights } from "../weights/weight-folder";

/**
 * For `inception` and `demo-clip` a file with the same tensors; for the others a folder of converted weights, or an id on
 * the hub.
 */
export type Replacements = Readonly<
  Partial<Record<ClipWeights | "dinov2-vit-l-14" | "inception" | "demo-clip", string>>
>;

/** Reads every tensor of a weights file (.pth, .safetensors) by name. */
export type ReadTensors = (path: string) => Promise<WeightSource>;

export type FeatureEnvironment = {
  /** Where installed weights are. */
  readonly weightsFolder: string;
  /** Other weights to take, by the name of those they replace. */
  readonly replacements?: Replacements;
  readonly readTensors: ReadTensors;
  readonly provider: ExecutionProvider;
};

const inceptionResizing: Record<InceptionDialect, string> = {
  tensorflow: "bilinear 299 from pixel corners, no antialiasing; (x - 128) / 128",
  "pytorch-fid": "bilinear 299 between pixel centres, no antialiasing; 2 x / 255 - 1",
  clean: "Pillow bicubic 299 in float, antialiased; (x - 128) / 128",
};

const clipFramings: Record<ClipFraming, string> = {
  "resize-crop": "short side by Pillow bicubic, centre crop",
  "crop-resize": "centre square, Pillow bicubic",
};

/** A specification with its weights found: ready to be opened, and with a recipe that names them by hash. */
export type LocatedFeatures = {
  readonly spec: FeatureSpec;
  readonly recipe: Recipe;
  /** Values per image. */
  readonly dims: number;
  /** The location of a CLIP's towers, for metrics that use their tokens; null for other networks. */
  readonly clip: ModelSource | null;
  /** Opens the encoder of captions into the same space; null for networks that know no captions. */
  readonly openCaptions: (() => Promise<ClipCaptionEncoder>) | null;
  /** For so many images a call at most. */
  readonly open: (batch: number) => Promise<FeatureExtractor>;
};

/**
 * @throws SemblanceError `missing_weights` naming the command that installs them; `not_found` for a replacement that is
 * not there; as `readClipConfig`
 */
export async function locateFeatures(
  spec: FeatureSpec,
  environment: FeatureEnvironment,
): Promise<LocatedFeatures> {
  switch (spec.network) {
    case "inception":
      return locateInception(spec, environment);
    case "clip":
      return locateClip(spec, environment);
    case "demo-clip":
      return locateDemoClip(spec, environment);
    case "dinov2":
      return locateDinov2(spec, environment);
    case "sscd":
      return locateSscd(spec, environment);
  }
}

async function locateInception(
  spec: Extract<FeatureSpec, { network: "inception" }>,
  { weightsFolder, replacements, readTensors, provider }: FeatureEnvironment,
): Promise<LocatedFeatures> {
  const { network, path, weightsSha256 } = replacements?.inception
    ? await replacementFile(replacements.inception)
    : await installedFile(weightsFolder, "inception");
  return {
    spec,
    clip: null,
    openCaptions: null,
    dims: spec.output === "logits" ? inceptionClasses : spec.output,
    recipe: {
      network,
      weightsSha256,
      dialect: spec.dialect,
      layer: spec.output,
      preparation: inceptionResizing[spec.dialect],
      provider,
    },
    open: async (batch) =>
      createInceptionExtractor(await readTensors(path), {
        dialect: spec.dialect,
        output: spec.output,
        provider,
        batch,
      }),
  };
}

async function locateSscd(
  spec: Extract<FeatureSpec, { network: "sscd" }>,
  { weightsFolder, readTensors, provider }: FeatureEnvironment,
): Promise<LocatedFeatures> {
  const { network, path, weightsSha256 } = await installedFile(weightsFolder, "sscd");
  return {
    spec,
    clip: null,
    openCaptions: null,
    dims: sscdDims,
    recipe: { network, weightsSha256, preparation: "Pillow bilinear 288, squashed", provider },
    open: async (batch) => createSscdExtractor(await readTensors(path), { provider, batch }),
  };
}

async function replacementFile(path: string) {
  const info = await stat(path).catch(() => null);
  if (!info?.isFile()) {
    throw new SemblanceError("not_found", `${path} is not a file with Inception weights.`, {
      remedy: "Check the path.",
    });
  }
  return { network: `Inception in ${basename(path)}`, path, weightsSha256: await hashFile(path) };
}

async function installedFile(weightsFolder: string, name: string) {
  const installed = await findInstalledWeights(weightsFolder, name);
  const file = installed?.files[0];
  if (!installed || !file) throw missingWeightsError(name);
  await checkUnchanged(installed);
  return {
    network: findWeightEntry(name).title,
    path: join(installed.folder, file.path),
    weightsSha256: file.sha256,
  };
}

async function locateClip(
  spec: Extract<FeatureSpec, { network: "clip" }>,
  environment: FeatureEnvironment,
): Promise<LocatedFeatures> {
  const { source, network, weightsSha256 } = await findModel(
    spec.weights,
    "onnx/vision_model.onnx",
    environment,
  );
  return {
    spec,
    clip: source,
    openCaptions: () => createClipCaptionEncoder(source),
    dims: (await readClipConfig(source)).dims,
    recipe: { network, weightsSha256, preparation: clipFramings[spec.framing] },
    open: () => createClipImageExtractor(source, spec.framing),
  };
}

async function locateDemoClip(
  spec: Extract<FeatureSpec, { network: "demo-clip" }>,
  { weightsFolder, replacements, readTensors, provider }: FeatureEnvironment,
): Promise<LocatedFeatures> {
  const path = replacements?.["demo-clip"] ?? demoClipPath(weightsFolder);
  const info = await stat(path).catch(() => null);
  if (!info?.isFile()) {
    throw new SemblanceError("missing_weights", `The weights of the demo's CLIP are not at ${path}.`, {
      remedy:
        "Start once with the demo (npm start), or name the file: --demo-clip demo/pack/weights/clip.safetensors.",
    });
  }
  return {
    spec,
    clip: null,
    openCaptions: async () => createDemoClipCaptionEncoder(await readTensors(path), { provider }),
    dims: demoClipDims,
    recipe: {
      network: "the demo's CLIP, taught its drawn world only",
      weightsSha256: await hashFile(path),
      preparation: `short side by Pillow bicubic ${demoClipSizePx}, centre crop; embeddings of length ${Math.sqrt(demoClipDims)}`,
      provider,
    },
    open: async (batch) => createDemoClipImageExtractor(await readTensors(path), { provider, batch }),
  };
}

async function locateDinov2(
  spec: Extract<FeatureSpec, { network: "dinov2" }>,
  environment: FeatureEnvironment,
): Promise<LocatedFeatures> {
  const { source, network, weightsSha256 } = await findModel(spec.weights, "onnx/model.onnx", environment);
  return {
    spec,
    clip: null,
    openCaptions: null,
    dims: await readDinov2Width(source),
    recipe: { network, weightsSha256, preparation: "Pillow bicubic 224, squashed; class token" },
    open: () => createDinov2Extractor(source),
  };
}

/** A model for transformers.js: the replacement where one is named, else what is installed. */
async function findModel(
  name: ClipWeights | "dinov2-vit-l-14",
  networkFile: string,
  { weightsFolder, replacements }: FeatureEnvironment,
): Promise<{ source: ModelSource; network: string; weightsSha256: string | null }> {
  const replacement = replacements?.[name];
  if (replacement !== undefined) {
    const source = await findReplacement(replacement, weightsFolder);
    // An id refers to something elsewhere that may change; files on this machine are identified by their content.
    const weightsSha256 =
      source.hubFolder === undefined
        ? await hashFile(join(source.model, networkFile)).catch(() => null)
        : null;
    return { source, network: `${replacement} for ${findWeightEntry(name).title}`, weightsSha256 };
  }
  const installed = await findInstalledWeights(weightsFolder, name);
  if (!installed) throw missingWeightsError(name);
  await checkUnchanged(installed);
  return {
    source: { model: installed.folder },
    network: findWeightEntry(name).title,
    weightsSha256: installed.files.find(({ path }) => path === networkFile)?.sha256 ?? null,
  };
}

async function findReplacement(replacement: string, weightsFolder: string): Promise<ModelSource> {
  const info = await stat(replacement).catch(() => null);
  if (info?.isDirectory()) return { model: resolve(replacement) };
  if (/^[\w.-]+\/[\w.-]+$/.test(replacement))
    return { model: replacement, hubFolder: join(weightsFolder, "hub") };
  throw new SemblanceError("not_found", `${replacement} is neither a folder nor the id of a model.`, {
    remedy: "Give the folder of a converted network, or an id such as Xenova/clip-vit-base-patch32.",
  });
}
