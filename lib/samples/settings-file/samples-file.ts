/**
 * What a settings file says of samples: a set, or a comparison of guidances, as somebody asks for it, with datasets, models,
 * adapters and masks by name. Options have the names of the table of sampling options.
 */
import { z } from "zod";
import { chosenAdapters } from "@/lib/adapters/chosen-adapters";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import {
  type NamedContent,
  namedContent,
  namedDataset,
  withoutDefaults,
} from "@/lib/settings-files/named-content-fields";
import { type FileFault, readDocument, settingsFileVersion } from "@/lib/settings-files/read-document";
import { type SettingsFileFormat, writeDocument } from "@/lib/settings-files/write-document";
import { nameText } from "@/lib/text/name-text";
import { compareGuidanceInput } from "../guidance/compare-guidance-fields";
import { startSampleSetInput } from "../sample-fields";

const { allCaptions, captionCategories, captionSplit, captionLimit } = startSampleSetInput.shape;
const { unguided, classifierFreeScales, clipScales, combined, captionMatch, fidelity, diversity } =
  compareGuidanceInput.shape;
const { scale } = chosenAdapters.unwrap().element.shape;

const samplesFile = z.strictObject({
  version: z.literal(settingsFileVersion),
  /** The Semblance that wrote it. */
  semblance: z.string().optional(),
  name: nameText("Give the sample set a name.", 100).optional(),
  dataset: namedDataset.optional(),
  base: namedContent.optional(),
  upsampler: namedContent.nullable().optional(),
  adapters: z.array(namedContent.extend({ scale: scale.default(1) })).optional(),
  masks: namedContent.nullable().optional(),
  captions: withoutDefaults({
    all: allCaptions,
    categories: captionCategories,
    split: captionSplit,
    limit: captionLimit,
  }).optional(),
  sampling: withoutDefaults(sampleSettings.shape).default({}),
  /** Guidances to compare, instead of those of `sampling`. */
  compare: withoutDefaults({
    ...{ unguided, classifierFreeScales, clipScales, combined },
    ...{ captionMatch, fidelity, diversity },
  }).optional(),
});

type Values = Readonly<Record<string, unknown>>;

export type SamplesFile = {
  readonly name?: string;
  readonly dataset?: NamedContent;
  readonly base?: NamedContent;
  readonly upsampler?: NamedContent | null;
  readonly adapters?: readonly (NamedContent & { readonly scale: number })[];
  readonly masks?: NamedContent | null;
  readonly captions?: Values;
  readonly sampling: Values;
  readonly compare?: Values;
};

/** What a comparison varies. */
const guidanceNames = ["guidance", "guidanceScale", "clipGuidanceScale"] as const;

/**
 * @param name of the file, for messages
 * @param instead what replaces settings of the file: it may put a contradiction right, or make one
 * @returns what the file says, without what replaces it
 * @throws SemblanceError as readDocument
 */
export function readSamplesFile(text: string, name: string, instead: Values = {}): SamplesFile {
  return readDocument<SamplesFile>(text, name, {
    schema: samplesFile,
    sections: ["sampling", "captions", "compare"],
    // There is no earlier form of it.
    upgrade: (value) => ({ value: { version: settingsFileVersion, ...value }, place: (path) => path }),
    contradictions: (file) => contradictionsOf(file, instead),
  });
}

function contradictionsOf({ sampling, compare }: SamplesFile, instead: Values): FileFault[] {
  const parsed = sampleSettings.safeParse({ ...sampling, ...instead });
  const varied = compare ? guidanceNames.filter((name) => sampling[name] !== undefined) : [];
  return [
    ...(parsed.success ? [] : parsed.error.issues).map(({ path, message }) => ({
      path: ["sampling", ...path],
      text: `${path.map(String).join(".")}: ${message} Remove it, or change what it belongs to.`,
    })),
    ...varied.map((name) => ({
      path: ["sampling", name],
      text: `“compare” says which guidances are tried, so ${name} has no meaning. Remove it.`,
    })),
  ];
}

/** @returns the text of the file, which readSamplesFile reads as the same */
export function writeSamplesFile(file: SamplesFile, format: SettingsFileFormat): string {
  const command = file.compare ? "compare-guidance" : "draw";
  return writeDocument(file, format, {
    title: `Settings of samples of Semblance. To draw them: npx semblance samples ${command} --settings FILE`,
    section: "sampling",
    types: sampleSettings.shape,
  });
}
