/** Reads images and captions into a dataset: everything that can be used, or nothing at all. */
import { pMapIterable } from "p-map";
import { SemblanceError } from "@/lib/errors";
import { imageFormatNames } from "@/lib/images/image-formats";
import { analyzeTables } from "@/lib/platform/database/analyze-tables";
import { db } from "@/lib/platform/database/db";
import { imagesAtOnce } from "@/lib/platform/image-process/image-worker";
import { type FileAccess, formFiles } from "@/lib/platform/server-files/file-access";
import type { StoredBlob } from "@/lib/platform/storage/blob-store";
import { blobStore } from "@/lib/platform/storage/store-blob";
import { counted } from "@/lib/text/counted";
import type { ChosenColumns } from "./caption-formats/caption-format";
import { recountContents } from "./count-contents";
import { stemOf } from "./file-names";
import type { ImportFiles } from "./import-files";
import { type ImportRemark, shortenReport } from "./import-report";
import { type PairedImage, pairCaptions, uniqueRemarks } from "./pair-captions";
import { adoptPrompts, readPromptSet } from "./prompt-set";
import { type ImageFault, type ReadImage, readImage } from "./read-image";
import { openSource } from "./sources/open-source";
import { readSource, type SourceFile } from "./sources/source-file";
import {
  adoptStaged,
  discardStaged,
  resumeStaged,
  type StagedImage,
  type StagedSummary,
  stageImages,
} from "./staged-images";

export type ImportOptions = {
  /** To a folder of the server; absent: as for a path that somebody has typed into a form. */
  access?: FileAccess;
  signal?: AbortSignal;
  /** Files looked at, of all. */
  onProgress?: (done: number, total: number) => void;
};

/**
 * Runs an import to its end: the dataset becomes READY with its rows and report in one transaction, or FAILED with
 * its report where no image could be used. A dataset that is not IMPORTING any more is left alone.
 *
 * @throws SemblanceError where the source cannot be read or the disk is full; `cancelled` after an abort
 */
export async function importDataset(
  {
    datasetId,
    source,
    columns = {},
  }: { datasetId: string; source: ImportFiles; columns?: ChosenColumns | undefined },
  { access = formFiles, signal, onProgress }: ImportOptions = {},
): Promise<{ imageCount: number; remarks: ImportRemark[] }> {
  const { files, remarks: ofSource, close } = await openSource(source, access, columns);
  const prompts = await readPromptSet(files, columns).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  if (prompts) {
    await close();
    await adoptPrompts(datasetId, prompts, ofSource);
    return { imageCount: 0, remarks: [...ofSource] };
  }
  const staged = await stageAll(datasetId, files, columns, { signal, onProgress }).finally(close);
  const remarks = [...staged.remarks, ...ofSource];
  await db.$transaction(
    async (transaction) => {
      const { count } = await transaction.dataset.updateMany({
        where: { id: datasetId, state: "IMPORTING" },
        data: {
          state: staged.imageCount > 0 ? "READY" : "FAILED",
          importReport: shortenReport(remarks),
        },
      });
      if (count > 0) {
        await adoptStaged(transaction, datasetId);
        await recountContents(transaction, datasetId);
      } else await discardStaged(transaction, datasetId);
    },
    // Of 100,000 images on a slow disk.
    { timeout: 600_000 },
  );
  await analyzeTables(staged.imageCount, ["Image", "Caption"]);
  if (staged.imageCount === 0) {
    throw new SemblanceError("invalid_file", emptyMessage(files.length), {
      remedy: `Add ${imageFormatNames} images, each with a text file of the same name that contains its captions, or a captions.csv that lists them.`,
    });
  }
  return { imageCount: staged.imageCount, remarks };
}

function emptyMessage(fileCount: number): string {
  return fileCount === 0
    ? "There are no files to import."
    : `Of ${counted(fileCount, "file", "files")}, none is an image with a caption. The import report says why.`;
}

/** Looks at all images of the source that have not been looked at, and keeps what is found, in their order. */
async function stageAll(
  datasetId: string,
  files: readonly SourceFile[],
  columns: ChosenColumns,
  { signal, onProgress }: ImportOptions,
): Promise<{ imageCount: number; remarks: ImportRemark[] }> {
  const { images, remarks: others } = await pairCaptions(files, columns);
  const known = new Known();
  const remarks = others.filter(({ kind }) => kind === "unsupported");
  const earlier = await resumeStaged(
    datasetId,
    images.map(({ file }) => file.path),
  );
  for (const image of earlier) {
    known.add(image);
    remarks.push(...image.remarks);
  }
  let position = earlier.length;
  let batch: StagedImage[] = [];
  const looked = pMapIterable(images.slice(position), lookAt, {
    // While some are decoded, others are read and stored.
    concurrency: 2 * imagesAtOnce,
    backpressure: 4 * imagesAtOnce,
  });
  for await (const each of looked) {
    if (signal?.aborted) throw new SemblanceError("cancelled", "The import was cancelled.");
    onProgress?.(position, images.length);
    const image = judge(position++, each, known);
    remarks.push(...image.remarks);
    batch.push(image);
    if (batch.length < batchSize) continue;
    await stageImages(datasetId, batch);
    batch = [];
  }
  await stageImages(datasetId, batch);
  onProgress?.(images.length, images.length);
  const rest = others.filter(({ kind }) => kind !== "unsupported");
  return { imageCount: known.imageCount, remarks: uniqueRemarks([...remarks, ...rest]) };
}

/** So many images are looked at again after a crash, at most. */
const batchSize = 100;

/** The images that are imported so far: no two have one stem, or the same bytes. */
class Known {
  readonly pathOfStem = new Map<string, string>();
  readonly pathOfHash = new Map<string, string>();

  get imageCount(): number {
    return this.pathOfHash.size;
  }

  add({ path, stem, sha256, remarks }: StagedSummary): void {
    // A file that cannot be used takes no other's place: dog.png is taken where dog.jpg is damaged.
    const isDecodable = sha256 !== null || remarks.some(({ kind }) => placeKinds.has(kind));
    if (isDecodable && !this.pathOfStem.has(stem)) this.pathOfStem.set(stem, path);
    if (sha256 !== null) this.pathOfHash.set(sha256, path);
  }
}

/** Why an image that can be decoded is not imported, though it keeps others of its stem away. */
const placeKinds: ReadonlySet<ImportRemark["kind"]> = new Set(["no-caption", "duplicate"]);

/** Decides whether an image is imported, and what there is to say of it. */
function judge(position: number, { paired, image, blob }: Looked, known: Known): StagedImage {
  const { file, captions, captionFile } = paired;
  const { path } = file;
  const stem = stemOf(path);
  const remarks: ImportRemark[] = [];
  const end = (taken: StagedImage["image"]): StagedImage => {
    const staged = { position, path, stem, image: taken, captions, remarks };
    known.add({ path, stem, remarks, sha256: taken?.sha256 ?? null });
    return staged;
  };
  const refuse = (kind: ImportRemark["kind"], message: string, remedy: string) => {
    remarks.push({ file: path, kind, message, remedy, refused: true });
    return end(null);
  };
  if ("kind" in image) return refuse(image.kind, image.message, image.remedy);
  const sameStem = known.pathOfStem.get(stem);
  if (sameStem !== undefined) {
    return refuse("duplicate", `${path} and ${sameStem} have the same name.`, "Keep only one of them.");
  }
  remarks.push(...paired.remarks);
  if (!blob) {
    return refuse(
      "no-caption",
      captionFile ? `${captionFile} contains no usable caption.` : `${path} has no caption file.`,
      `Write at least one caption into ${stem}.txt, one per line.`,
    );
  }
  const sameBytes = known.pathOfHash.get(blob.sha256);
  if (sameBytes !== undefined) {
    return refuse("duplicate", `${path} is the same image as ${sameBytes}.`, "Keep only one of them.");
  }
  remarks.push(...flawsOf(path, image));
  return end({ ...image, ...blob });
}

function flawsOf(path: string, { isFlawed, frameCount }: ReadImage): ImportRemark[] {
  const flaws: ImportRemark[] = [];
  if (isFlawed) {
    flaws.push({
      file: path,
      kind: "flawed",
      message: `${path} is slightly damaged but can be used everywhere.`,
      remedy: "Check the image, and replace it if it does not look right.",
      refused: false,
    });
  }
  if (frameCount > 1) {
    flaws.push({
      file: path,
      kind: "first-frame",
      message: `${path} has ${frameCount} frames; the first is used.`,
      remedy: "Save the frame that you want as an image of its own if it should be another one.",
      refused: false,
    });
  }
  return flaws;
}

type Looked = {
  paired: PairedImage<SourceFile>;
  image: ReadImage | ImageFault;
  /** Null where the image cannot be used. */
  blob: StoredBlob | null;
};

/** What takes time and does not depend on the other files: reading, decoding, and storing what has captions. */
async function lookAt(paired: PairedImage<SourceFile>): Promise<Looked> {
  const name = paired.file.path;
  const bytes = await readSource(paired.file);
  if (bytes instanceof SemblanceError) {
    const image = { kind: bytes.code === "too_large" ? "too-large" : "unreadable" } as const;
    return {
      paired,
      image: { ...image, message: bytes.message, remedy: bytes.remedy ?? "" },
      blob: null,
    };
  }
  const image = await readImage(name, bytes);
  const isUsable = !("kind" in image) && paired.captions.length > 0;
  return { paired, image, blob: isUsable ? await blobStore().put(bytes) : null };
}
