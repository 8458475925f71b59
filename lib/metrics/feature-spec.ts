/** Which features of a picture a metric looks at, and what about them belongs into its recipe. */
import type { ExecutionProvider } from "@/lib/engine/execution-provider";
import type { WeightSource } from "@/lib/engine/session";
import { type ClipFraming, createClipPictureExtractor, readClipConfig } from "./extractors/clip";
import type { FeatureExtractor } from "./extractors/feature-extractor";
import { createInceptionExtractor, type InceptionDialect } from "./extractors/inception";
import { type InceptionLayer, inceptionClasses } from "./extractors/inception-network";
import type { Recipe } from "./score";
import { findWeightEntry, missingWeightsError } from "./weights/catalogue";
import { findInstalledWeights, type InstalledWeights } from "./weights/weight-folder";

export type FeatureSpec =
  | {
      readonly network: "inception";
      readonly dialect: InceptionDialect;
      readonly output: InceptionLayer | "logits";
    }
  | { readonly network: "clip"; readonly weights: ClipWeights; readonly framing: ClipFraming };

export type ClipWeights = "clip-vit-b-32" | "clip-vit-b-16" | "clip-vit-l-14-336";

/** Reads every tensor of a weights file (.pth, .safetensors) by name. */
export type ReadTensors = (path: string) => Promise<WeightSource>;

export type FeatureEnvironment = {
  /** Where installed weights lie. */
  readonly weightsFolder: string;
  /** Stands in for an installed CLIP: the folder of another one, by the name it replaces. */
  readonly clipFolders?: Readonly<Partial<Record<ClipWeights, string>>>;
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

/** The name of the weights that a specification needs, as `weights get` takes it. */
export function weightsOf(spec: FeatureSpec): string {
  return spec.network === "inception" ? "inception" : spec.weights;
}

/** A specification with its weights found: ready to be opened, and with a recipe that names them by hash. */
export type LocatedFeatures = {
  readonly spec: FeatureSpec;
  readonly recipe: Recipe;
  /** Values per picture. */
  readonly dims: number;
  /** For CLIP: the folder that also holds the caption tower. */
  readonly folder: string;
  readonly open: () => Promise<FeatureExtractor>;
};

/**
 * @throws SemblanceError `missing_weights` naming the command that brings them
 */
export async function locateFeatures(
  spec: FeatureSpec,
  environment: FeatureEnvironment,
): Promise<LocatedFeatures> {
  const name = weightsOf(spec);
  const { weightsFolder, clipFolders, readTensors, provider } = environment;
  if (spec.network === "clip") {
    const own = clipFolders?.[spec.weights];
    const installed = own ? null : await findInstalledWeights(weightsFolder, name);
    if (!own && !installed) throw missingWeightsError(name);
    const folder = own ?? installed!.folder;
    return {
      spec,
      folder,
      dims: (await readClipConfig(folder)).dims,
      recipe: {
        network: own ? `CLIP in ${own}` : findWeightEntry(name).title,
        weightsSha256: installed ? hashOf(installed, "onnx/vision_model.onnx") : null,
        preparation: clipFramings[spec.framing],
      },
      open: () => createClipPictureExtractor({ folder, framing: spec.framing }),
    };
  }
  const installed = await findInstalledWeights(weightsFolder, name);
  const file = installed?.files[0];
  if (!installed || !file) throw missingWeightsError(name);
  return {
    spec,
    folder: installed.folder,
    dims: spec.output === "logits" ? inceptionClasses : spec.output,
    recipe: {
      network: findWeightEntry(name).title,
      weightsSha256: file.sha256,
      dialect: spec.dialect,
      layer: spec.output,
      preparation: inceptionResizing[spec.dialect],
      provider,
    },
    open: async () =>
      createInceptionExtractor(await readTensors(`${installed.folder}/${file.path}`), {
        dialect: spec.dialect,
        output: spec.output,
        provider,
      }),
  };
}

function hashOf({ files }: InstalledWeights, path: string): string | null {
  return files.find((file) => file.path === path)?.sha256 ?? null;
}
