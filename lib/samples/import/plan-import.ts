/** What an import of samples would store: which image is for which caption, what is left over, and what forbids it. */
import { extensionOf, folderOf, stemOf } from "@/lib/datasets/file-names";
import { captionsAt, imagesAt, type Revision } from "@/lib/datasets/revisions/at-revision";
import { openSource } from "@/lib/datasets/sources/open-source";
import { readSource, type SourceFile } from "@/lib/datasets/sources/source-file";
import { SemblanceError } from "@/lib/errors";
import { imageFormatNames, isImageName } from "@/lib/images/image-formats";
import { db } from "@/lib/platform/database/db";
import type { FileAccess } from "@/lib/platform/server-files/file-access";
import { readBlob } from "@/lib/platform/storage/store-blob";
import { CaptionLookup } from "./caption-lookup";
import type { SaidOfImage } from "./image-notes";
import { readBeside, readEmbedded } from "./image-texts";
import { findManifest, type Manifest, readManifest } from "./manifest";
import { readRows } from "./manifest-rows";
import { fitsByStem, type MatchedImage, type Matching, matchByNames, matchByRows } from "./match-images";
import { manifestExtensions, type PreviewSampleImportInput } from "./sample-import-fields";

export type ImportRefusal = { readonly file: string; readonly message: string; readonly remedy: string };

export type SampleImportPlan = {
  readonly by: string;
  readonly matches: readonly MatchedImage[];
  /** Texts of captions that get no image, each image or place of the dataset by its first one. */
  readonly missing: readonly string[];
  readonly surplus: Matching["surplus"];
  /** What forbids the import, however it is accepted. */
  readonly refusals: readonly ImportRefusal[];
  /** Of the manifest; empty where there is none. */
  readonly columns: readonly string[];
  /** Images or places of the dataset. */
  readonly placeCount: number;
};

/**
 * Reads names, the manifest and the texts and records beside images, but no image.
 *
 * @param use has the files open; images by their paths
 * @param revision of the dataset
 * @throws SemblanceError `not_found` or `conflict` for the dataset, `invalid_input` or `invalid_file` for the source or the
 *   manifest as a whole
 */
export async function withImportPlan<Result>(
  input: PreviewSampleImportInput,
  access: FileAccess,
  use: (plan: SampleImportPlan, images: ReadonlyMap<string, SourceFile>) => Promise<Result>,
  revision: Revision = "newest",
): Promise<Result> {
  const lookup = await captionsOf(input.datasetId, revision);
  const { files, remarks, close } = await openSource(input.source, access);
  try {
    const images = files.filter(({ path, isImage }) => isImage ?? isImageName(path));
    if (images.length === 0) {
      throw new SemblanceError("invalid_input", "There are no images to import.", {
        remedy: `Give a folder or an archive with ${imageFormatNames} files.`,
        details: { field: "source" },
      });
    }
    const paths = images.map(({ path }) => path);
    const { said, ofFolders } = await readBeside(files, images);
    const manifest = await manifestOf(
      input,
      files.filter(({ path }) => !ofFolders.has(path)),
      new Set(paths.map(stemOf)),
    );
    const { matching, refusals } =
      manifest === null
        ? { matching: await matchNames(input, images, lookup, said), refusals: [] }
        : matchRows(manifest, input, paths, lookup);
    const matches = matching.matches.map((match) => ({
      ...match,
      origin: {
        ...(input.model === "" ? {} : { model: input.model }),
        ...said.get(match.file)?.notes,
        ...match.origin,
      },
    }));
    const covered = new Set(matches.map(({ caption }) => caption.stem));
    const plan: SampleImportPlan = {
      by: matching.by,
      matches,
      missing: lookup.places.filter(({ stem }) => !covered.has(stem)).map(({ text }) => text),
      surplus: matching.surplus,
      refusals: [
        ...remarks.map(({ file, message, remedy }) => ({ file, message, remedy })),
        ...refusals,
        ...(input.isSeveral ? [] : refuseSeveral(matches)),
      ],
      columns: manifest?.columns ?? [],
      placeCount: lookup.places.length,
    };
    return await use(plan, new Map(images.map((file) => [file.path, file])));
  } finally {
    await close();
  }
}

async function captionsOf(datasetId: string, revision: Revision): Promise<CaptionLookup> {
  const dataset = await db.dataset.findUnique({ where: { id: datasetId } });
  if (dataset?.state !== "READY") {
    throw new SemblanceError(
      dataset ? "conflict" : "not_found",
      dataset ? `The dataset “${dataset.name}” is not ready.` : "There is no such dataset.",
      { remedy: "Choose one whose import has succeeded.", details: { field: "datasetId" } },
    );
  }
  const captions = await db.caption.findMany({
    where: { ...captionsAt(revision), image: { datasetId, ...imagesAt(revision) } },
    orderBy: [{ image: { position: "asc" } }, { position: "asc" }],
    select: { id: true, text: true, position: true, image: { select: { stem: true } } },
  });
  return new CaptionLookup(captions.map(({ image, ...caption }) => ({ ...caption, stem: image.stem })));
}

/** Null where names are to decide, or there is none. */
async function manifestOf(
  { matchBy, manifest: wanted, manifestFile }: PreviewSampleImportInput,
  files: readonly SourceFile[],
  imageStems: ReadonlySet<string>,
): Promise<Manifest | null> {
  if (manifestFile) return readManifest(manifestFile.name, await readBlob(manifestFile.sha256), "");
  if (matchBy !== "auto" && matchBy !== "manifest" && wanted === "") return null;
  const tables = files.filter(
    ({ path }) => manifestExtensions.includes(extensionOf(path)) && !imageStems.has(stemOf(path)),
  );
  const found = wanted === "" ? findManifest(tables) : files.find(({ path }) => path === wanted);
  if (found) {
    const bytes = await readSource(found);
    if (bytes instanceof SemblanceError) throw bytes;
    return readManifest(found.path, bytes, folderOf(found.path));
  }
  if (matchBy === "auto" && wanted === "") return null;
  throw new SemblanceError(
    "invalid_input",
    wanted === ""
      ? "No manifest is among the files, or there are several."
      : `There is no file ${wanted} among them.`,
    {
      remedy: `Name it: ${tables.map(({ path }) => path).join(", ") || "a table that lists images and captions"}.`,
      details: { field: "manifest" },
    },
  );
}

function matchRows(
  manifest: Manifest,
  input: PreviewSampleImportInput,
  paths: readonly string[],
  lookup: CaptionLookup,
): { matching: Matching; refusals: ImportRefusal[] } {
  const { rows, column, refusals } = readRows(manifest, paths, lookup, input);
  return { matching: matchByRows(rows, paths, { file: manifest.file, column }), refusals };
}

async function matchNames(
  { matchBy }: PreviewSampleImportInput,
  images: readonly SourceFile[],
  lookup: CaptionLookup,
  said: ReadonlyMap<string, SaidOfImage>,
): Promise<Matching> {
  const way = matchBy === "auto" || matchBy === "manifest" ? null : matchBy;
  const paths = images.map(({ path }) => path);
  const texts = new Map<string, string>();
  if (way === null || way === "text") {
    for (const [path, { text }] of said) if (text !== null) texts.set(path, text);
    if (way === "text" || !fitsByStem(paths, lookup)) {
      const others = images.filter(({ path }) => !texts.has(path));
      for (const [path, text] of await readEmbedded(others)) texts.set(path, text);
    }
  }
  return matchByNames(paths, texts, lookup, way);
}

function refuseSeveral(matches: readonly MatchedImage[]): ImportRefusal[] {
  const first = new Map<string, string>();
  return matches.flatMap(({ file, caption }) => {
    const before = first.get(caption.id);
    if (before === undefined) {
      first.set(caption.id, file);
      return [];
    }
    return {
      file,
      message: `${before} and ${file} are both for “${caption.text}”.`,
      remedy: "Keep one of them, or allow several images per caption.",
    };
  });
}
