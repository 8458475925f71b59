/** A sample set of this installation as a settings file, and a settings file as a sample set of this installation. */
import type { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import {
  findNamedAdapter,
  findNamedCheckpoint,
  findNamedDataset,
  findNamedMaskSet,
  lookUp,
  nameAdapter,
  nameCheckpoint,
  nameDataset,
  type OnDoubt,
} from "@/lib/settings-files/named-content";
import { getSampleSet } from "../get-sample-set";
import type { compareGuidanceInput } from "../guidance/compare-guidance-fields";
import type { SampleSetValues, startSampleSetInput } from "../sample-fields";
import type { SamplesFile } from "./samples-file";

type SampleSetInput = z.output<typeof startSampleSetInput>;
type ComparisonInput = z.output<typeof compareGuidanceInput>;

/** @param revision of the dataset; absent: the newest */
export async function toSamplesFile(input: SampleSetInput, revision?: number): Promise<SamplesFile> {
  return { ...(await nameEverything(input, revision)), sampling: input.settings };
}

/** Without the guidance of its settings, which does not count. */
export async function toComparisonFile(input: ComparisonInput): Promise<SamplesFile> {
  const { unguided, classifierFreeScales, clipScales, combined, captionMatch, fidelity, diversity } = input;
  const { guidance: _, guidanceScale: _scale, clipGuidanceScale: _clip, ...sampling } = input.settings;
  return {
    ...(await nameEverything(input)),
    sampling,
    compare: { unguided, classifierFreeScales, clipScales, combined, captionMatch, fidelity, diversity },
  };
}

async function nameEverything(input: Omit<SampleSetInput, "settings">, revision?: number) {
  const { upsamplerCheckpointId, maskSetId, adapters } = input;
  const maskSet =
    maskSetId === null ? null : await db.maskSet.findUniqueOrThrow({ where: { id: maskSetId } });
  return {
    name: input.name,
    dataset: await nameDataset(input.datasetId, revision),
    base: await nameCheckpoint(input.baseCheckpointId),
    upsampler: upsamplerCheckpointId === null ? null : await nameCheckpoint(upsamplerCheckpointId),
    adapters: await Promise.all(
      adapters.map(async ({ adapterId, scale }) => ({ ...(await nameAdapter(adapterId)), scale })),
    ),
    masks: maskSet && { name: maskSet.name },
    captions: {
      all: input.allCaptions,
      categories: input.captionCategories,
      split: input.captionSplit,
      limit: input.captionLimit,
    },
  };
}

/** @throws SemblanceError `not_found`; `conflict` for a set of imported images */
export async function samplesFileOf(sampleSetId: string): Promise<SamplesFile> {
  const set = await getSampleSet(sampleSetId);
  const { baseCheckpoint, upsamplerCheckpoint, maskSet, settings } = set;
  if (baseCheckpoint === null || settings === null) {
    throw new SemblanceError("conflict", `The images of “${set.name}” were imported, not drawn.`, {
      remedy: "Only sets that Semblance has drawn have settings.",
    });
  }
  return toSamplesFile(
    {
      ...set,
      datasetId: set.dataset.id,
      baseCheckpointId: baseCheckpoint.id,
      upsamplerCheckpointId: upsamplerCheckpoint?.id ?? null,
      adapters: set.adapters.map(({ id, scale }) => ({ adapterId: id, scale })),
      maskSetId: maskSet?.id ?? null,
      settings,
    },
    set.datasetRevision,
  );
}

/** What a file says as far as it says it. */
export type SampleSetOfFile = Partial<Omit<SampleSetValues, "settings">> & {
  readonly settings: SamplesFile["sampling"];
  readonly compare?: SamplesFile["compare"];
};

/**
 * @param onDoubt is told of everything that is not here, or has other contents here. Whoever wants no such set throws.
 *   Otherwise the first are left out, and the others taken by their name.
 */
export async function fromSamplesFile(file: SamplesFile, onDoubt: OnDoubt): Promise<SampleSetOfFile> {
  const { name, captions = {}, sampling, compare } = file;
  const adapters: { adapterId: string; scale: number }[] = [];
  for (const { scale, ...named } of file.adapters ?? []) {
    const adapterId = await lookUp(named, findNamedAdapter, onDoubt);
    if (adapterId) adapters.push({ adapterId, scale });
  }
  const found = {
    name,
    datasetId: await lookUp(file.dataset, findNamedDataset, onDoubt),
    baseCheckpointId: await lookUp(file.base, findNamedCheckpoint, onDoubt),
    upsamplerCheckpointId: await lookUp(file.upsampler, findNamedCheckpoint, onDoubt),
    maskSetId: await lookUp(file.masks, findNamedMaskSet, onDoubt),
    adapters: file.adapters && adapters,
    allCaptions: captions.all,
    captionCategories: captions.categories,
    captionSplit: captions.split,
    captionLimit: captions.limit,
  };
  const said = Object.entries(found).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(said), settings: sampling, ...(compare && { compare }) };
}
