/** What `semblance samples draw` and `compare-guidance` draw: their settings file, and the options that replace parts of it. */
import { readSplit } from "@/lib/datasets/split-choice";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { SemblanceError } from "@/lib/errors";
import { listSamplingModels } from "@/lib/samples/list-sampling-models";
import { fromSamplesFile, type SampleSetOfFile } from "@/lib/samples/settings-file/sample-set-file";
import type { SamplesFile } from "@/lib/samples/settings-file/samples-file";
import { suggestUnlessGiven } from "@/lib/samples/suggested-settings";
import { readChosenAdapters } from "./chosen-adapters";
import { findByName } from "./find-by-name";
import type { SamplesOptions } from "./samples-options";
import { givenSettings } from "./setting-options";
import { openSamplesFile } from "./settings-file";

/**
 * Everything of a sample set except its settings, which are not checked yet, as option and file say it.
 *
 * @param verb for messages, such as draw
 * @throws SemblanceError `invalid_input` without a name; as openSamplesFile and findByName; `conflict` where a dataset, model
 *   or adapter of the file has other contents here
 */
export async function readSampleSet(name: string | undefined, verb: string, options: SamplesOptions) {
  const given = givenSettings(sampleSettings, options);
  const file = await openSamplesFile(options.settings, given);
  if (name === undefined && file.name === undefined) {
    throw new SemblanceError(
      "invalid_input",
      `Give the ${verb === "draw" ? "sample set" : "comparison"} a name.`,
      {
        remedy: `npx semblance samples ${verb} NAME --dataset DATASET --base MODEL`,
      },
    );
  }
  const wanted = await fromSamplesFile(withoutReplaced(file, options), (doubt) => {
    throw doubt;
  });
  const set = { ...(await readContents(options, wanted)), name: name ?? wanted.name! };
  const settings = { ...wanted.settings, ...given };
  const { bases, upsamplers } = await listSamplingModels();
  const suggested = suggestUnlessGiven(
    settings,
    bases.find(({ id }) => id === set.baseCheckpointId),
    upsamplers.find(({ id }) => id === set.upsamplerCheckpointId),
  );
  return {
    set,
    settings: { ...suggested, ...settings },
    compare: wanted.compare,
  };
}

/** What an option says is not looked for under the file's name. */
function withoutReplaced(file: SamplesFile, options: SamplesOptions): SamplesFile {
  const replaced: (keyof SamplesFile)[] = [
    ...(options.dataset === undefined ? [] : (["dataset"] as const)),
    ...(options.base === undefined ? [] : (["base"] as const)),
    ...(options.upsampler === undefined ? [] : (["upsampler"] as const)),
    ...(options.lora === undefined ? [] : (["adapters"] as const)),
    ...(options.masks === undefined ? [] : (["masks"] as const)),
  ];
  const kept = Object.entries(file).filter(([key]) => !(replaced as string[]).includes(key));
  return Object.fromEntries(kept) as SamplesFile;
}

async function readContents(options: SamplesOptions, file: SampleSetOfFile) {
  const { dataset, base, upsampler, masks, category, split, captions } = options;
  return {
    datasetId: file.datasetId ?? (await findByName("dataset", dataset)).id,
    baseCheckpointId: file.baseCheckpointId ?? (await findByName("checkpoint", base)).id,
    upsamplerCheckpointId:
      upsampler === undefined
        ? (file.upsamplerCheckpointId ?? null)
        : (await findByName("checkpoint", upsampler)).id,
    adapters: file.adapters ?? (await readChosenAdapters(options)),
    maskSetId: masks === undefined ? (file.maskSetId ?? null) : (await findByName("maskSet", masks)).id,
    allCaptions: options.allCaptions ?? file.allCaptions ?? false,
    captionCategories: category === undefined ? (file.captionCategories ?? []) : [category].flat(),
    captionSplit: split === undefined ? (file.captionSplit ?? null) : readSplit(split, "--split"),
    captionLimit: captions ?? file.captionLimit ?? null,
  };
}
