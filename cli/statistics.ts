/** `semblance statistics`: FID statistics of a folder of images, in pytorch-fid's .npz. */
import { join } from "node:path";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import { chooseExecutionProvider } from "@/lib/engine/runtime/choose-provider";
import { readWeights } from "@/lib/engine/runtime/read-weights";
import { dataPaths, env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { type InceptionDialect, inceptionDialects } from "@/lib/metrics/catalogue/feature-spec";
import { IMAGES_PER_BATCH } from "@/lib/metrics/extractors/feature-extractor";
import { collectFeatures } from "@/lib/metrics/inputs/collect-features";
import { openFeatureCache } from "@/lib/metrics/inputs/feature-cache";
import { locateFeatures } from "@/lib/metrics/inputs/locate-features";
import { writeFidStatistics } from "@/lib/metrics/measures/fid-statistics";
import { gaussianOfFeatures } from "@/lib/metrics/measures/frechet-distance";
import { counted } from "@/lib/text/counted";
import { listImages } from "./image-list";

export type StatisticsOptions = {
  /** Folder, or text file with a path on each line. */
  images: string;
  /** The .npz to write. */
  out?: string;
  dialect?: InceptionDialect | (string & {});
  /** A file of Inception weights in place of the installed one. */
  inception?: string;
  provider?: "auto" | ExecutionProvider;
  weightsFolder?: string;
  cacheFolder?: string | null;
};

/**
 * Writes mean and covariance of the images' 2048 features to `out`, for `semblance evaluate` or pytorch-fid.
 *
 * @returns the exit code, 0
 * @throws SemblanceError `invalid_input`, `missing_weights`, and as `listImages`
 */
export async function statistics(
  options: StatisticsOptions,
  output: Pick<NodeJS.WriteStream, "write"> = process.stdout,
): Promise<number> {
  const { out, dialect = "pytorch-fid" } = options;
  if (!out)
    throw new SemblanceError("invalid_input", "An output file is needed.", { remedy: "Add --out FILE.npz." });
  const known = inceptionDialects.find((each) => each === dialect);
  if (!known) {
    throw new SemblanceError("invalid_input", `"${dialect}" is not a variant of FID.`, {
      remedy: `Choose from: ${inceptionDialects.join(", ")}.`,
    });
  }
  const files = await listImages(options.images, (message) => void output.write(`${message}\n`));
  const { provider } = await chooseExecutionProvider(options.provider ?? env().provider);
  const located = await locateFeatures(
    { network: "inception", dialect: known, output: 2048 },
    {
      weightsFolder: options.weightsFolder ?? dataPaths().weights,
      replacements: { inception: options.inception },
      readTensors: readWeights,
      provider,
    },
  );
  const cacheFolder =
    options.cacheFolder === undefined ? join(env().dataFolder, "features") : options.cacheFolder;
  let extractor: Awaited<ReturnType<typeof located.open>> | null = null;
  const open = async () => {
    extractor ??= await located.open(Math.min(IMAGES_PER_BATCH, files.length));
    return extractor;
  };
  try {
    const cache = openFeatureCache(cacheFolder, located.recipe);
    const { features, leftOut } = await collectFeatures(files, open, cache, { dims: located.dims });
    await writeFidStatistics(out, await gaussianOfFeatures(features, options.images));
    output.write(
      `${out} contains the statistics of ${counted(features.count, "image", "images")} (${known}).\n`,
    );
    for (const { reason } of leftOut) output.write(`left out: ${reason}\n`);
  } finally {
    await (extractor as { release(): Promise<void> } | null)?.release();
  }
  return 0;
}
