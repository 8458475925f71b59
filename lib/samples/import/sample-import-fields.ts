/** What an import of samples asks for: as the server and the command line read it, and as the browser holds it. */
import { z } from "zod";
import { importFiles } from "@/lib/datasets/import-files";
import { isContainer } from "@/lib/datasets/sources/archive-names";
import { isImageName } from "@/lib/images/image-formats";
import { nameText } from "@/lib/text/name-text";

/**
 * What says which caption an image is for. auto: the manifest where there is one, else what fits most files. text: the
 * caption is in a .txt beside the image, or is the image's name.
 */
export const matchWays = ["auto", "manifest", "stem", "text", "index"] as const;
export type MatchWay = (typeof matchWays)[number];

/** Endings of files that may be a manifest, with their dots. */
export const manifestExtensions: readonly string[] = [".csv", ".tsv", ".json", ".jsonl", ".ndjson"];

/** How images are matched to captions. */
const matching = {
  datasetId: z.uuid("Choose the dataset whose captions the images are for."),
  matchBy: z.enum(matchWays).default("auto"),
  /** Path of the manifest within the files; empty: found by its name. */
  manifest: z.string().trim().max(500).default(""),
  /** The manifest's column of image files; empty: found by its name. */
  imageColumn: z.string().trim().max(200).default(""),
  /** The manifest's column of captions, of stems or of indices; empty: found by its name. */
  captionColumn: z.string().trim().max(200).default(""),
  /** Whether a caption may have several images. */
  isSeveral: z.boolean().default(false),
  /** Model of the images of which the manifest names none. */
  model: z.string().trim().max(200).default(""),
};

const started = {
  name: nameText("Give the sample set a name.", 100),
  /** Leaves out images that match no caption, and takes doubtful matches. */
  accept: z.boolean().default(false),
  /** Files of doubtful matches that are left out, although the others are taken. */
  rejected: z.array(z.string().max(1000)).max(10_000).default([]),
};

const files = {
  source: importFiles,
  /** A manifest from elsewhere than the files; a blob. */
  manifestFile: z
    .object({ name: z.string().min(1), sha256: z.string().length(64) })
    .nullable()
    .default(null),
};

export const previewSampleImportInput = z.object({ ...matching, ...files });
export type PreviewSampleImportInput = z.output<typeof previewSampleImportInput>;

export const startSampleImportInput = z.object({ ...started, ...matching, ...files });
export type StartSampleImportInput = z.output<typeof startSampleImportInput>;

/** The files of an upload before they have been sent. */
export const sampleImportForm = z.object({
  ...started,
  ...matching,
  source: z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("folder"),
      path: z.string().trim().min(1, "Enter the path of a folder or an archive."),
    }),
    z.object({
      kind: z.literal("upload"),
      files: z
        .array(z.object({ path: z.string(), file: z.instanceof(File) }))
        .min(1, "Choose the images.")
        .refine(
          (chosen) =>
            chosen.length === 0 || chosen.some(({ path }) => isImageName(path) || isContainer(path)),
          { message: "None of the files is an image or an archive." },
        ),
    }),
  ]),
});
