/** Reads images and captions into a dataset: everything that can be used, or nothing at all. */
import { pMapIterable } from "p-map";
import { SemblanceError } from "@/lib/errors";
import { imageFormatNames } from "@/lib/images/image-formats";
import { db, type Transaction } from "@/lib/platform/database/db";
import { imagesAtOnce } from "@/lib/platform/image-process/image-worker";
import { type FileAccess, formFiles } from "@/lib/platform/server-files/file-access";
import type { StoredBlob } from "@/lib/platform/storage/blob-store";
import { blobStore, recordBlobs } from "@/lib/platform/storage/store-blob";
import type { ChosenColumns } from "./caption-formats/caption-format";
import { stemOf } from "./file-names";
import type { ImportFiles } from "./import-files";
import { type ImportRemark, shortenReport } from "./import-report";
import { type PairedImage, pairCaptions, type ReadCaption, uniqueRemarks } from "./pair-captions";
import { type ImageFault, type ReadImage, readImage } from "./read-image";
import { openSource } from "./sources/open-source";
import { readSource, type SourceFile } from "./sources/source-file";

type Row = {
  stem: string;
  fileName: string;
  image: ReadImage & StoredBlob;
  captions: readonly ReadCaption[];
};

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
  const read = await readRows(files, columns, { signal, onProgress }).finally(close);
  const { rows } = read;
  const remarks = [...read.remarks, ...ofSource];
  const report = shortenReport(remarks);
  await db.$transaction(
    async (transaction) => {
      const { count } = await transaction.dataset.updateMany({
        where: { id: datasetId, state: "IMPORTING" },
        data: { state: rows.length > 0 ? "READY" : "FAILED", importReport: report },
      });
      if (count > 0) await addRows(transaction, datasetId, rows);
    },
    { timeout: 120_000 },
  );
  if (rows.length === 0) {
    throw new SemblanceError("invalid_file", emptyMessage(files.length), {
      remedy: `Add ${imageFormatNames} images, each with a text file of the same name that contains its captions, or a captions.csv that lists them.`,
    });
  }
  return { imageCount: rows.length, remarks };
}

function emptyMessage(fileCount: number): string {
  return fileCount === 0
    ? "There are no files to import."
    : `None of the ${fileCount} files is an image with a caption. The import report says why.`;
}

async function readRows(
  files: readonly SourceFile[],
  columns: ChosenColumns,
  { signal, onProgress }: ImportOptions,
): Promise<{ rows: Row[]; remarks: ImportRemark[] }> {
  const rows: Row[] = [];
  const { images, remarks: others } = await pairCaptions(files, columns);
  const remarks = others.filter(({ kind }) => kind === "unsupported");
  const refuse = (file: string, kind: ImportRemark["kind"], message: string, remedy: string) =>
    remarks.push({ file, kind, message, remedy, refused: true });

  const fileOfStem = new Map<string, string>();
  const fileOfHash = new Map<string, string>();
  let index = 0;
  const looked = pMapIterable(images, lookAt, { concurrency: imagesAtOnce, backpressure: 2 * imagesAtOnce });
  for await (const { paired, image, blob } of looked) {
    if (signal?.aborted) throw new SemblanceError("cancelled", "The import was cancelled.");
    onProgress?.(index++, images.length);
    const { file, captions, captionFile, remarks: captionRemarks } = paired;
    const name = file.path;
    const stem = stemOf(name);
    if ("kind" in image) {
      refuse(name, image.kind, image.message, image.remedy);
      continue;
    }
    // A file that cannot be used takes no other's place: dog.png is taken where dog.jpg is damaged.
    const sameStem = fileOfStem.get(stem);
    if (sameStem !== undefined) {
      refuse(name, "duplicate", `${name} and ${sameStem} have the same name.`, "Keep only one of them.");
      continue;
    }
    fileOfStem.set(stem, name);
    remarks.push(...captionRemarks);
    if (!blob) {
      refuse(
        name,
        "no-caption",
        captionFile ? `${captionFile} contains no usable caption.` : `${name} has no caption file.`,
        `Write at least one caption into ${stem}.txt, one per line.`,
      );
      continue;
    }

    const sameBytes = fileOfHash.get(blob.sha256);
    if (sameBytes !== undefined) {
      refuse(name, "duplicate", `${name} is the same image as ${sameBytes}.`, "Keep only one of them.");
      continue;
    }
    fileOfHash.set(blob.sha256, name);
    if (image.isFlawed) {
      remarks.push({
        file: name,
        kind: "flawed",
        message: `${name} is slightly damaged but can be used everywhere.`,
        remedy: "Check the image, and replace it if it does not look right.",
        refused: false,
      });
    }
    if (image.frameCount > 1) {
      remarks.push({
        file: name,
        kind: "first-frame",
        message: `${name} has ${image.frameCount} frames; the first is used.`,
        remedy: "Save the frame that you want as an image of its own if it should be another one.",
        refused: false,
      });
    }
    rows.push({ stem, fileName: name, image: { ...image, ...blob }, captions });
  }
  onProgress?.(images.length, images.length);
  const rest = others.filter(({ kind }) => kind !== "unsupported");
  return { rows, remarks: uniqueRemarks([...remarks, ...rest]) };
}

/** What takes time and does not depend on the other files: reading, decoding, and storing what has captions. */
async function lookAt(paired: PairedImage<SourceFile>): Promise<{
  paired: PairedImage<SourceFile>;
  image: ReadImage | ImageFault;
  /** Null where the image cannot be used. */
  blob: StoredBlob | null;
}> {
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

async function addRows(transaction: Transaction, datasetId: string, rows: Row[]): Promise<void> {
  await recordBlobs(
    rows.map(({ image: { sha256, sizeBytes, mediaType, widthPx, heightPx } }) => ({
      sha256,
      sizeBytes,
      mediaType,
      widthPx,
      heightPx,
    })),
    transaction,
  );
  const images = await transaction.image.createManyAndReturn({
    data: rows.map(({ stem, fileName, image }, position) => ({
      datasetId,
      stem,
      fileName,
      position,
      blobSha256: image.sha256,
      widthPx: image.widthPx,
      heightPx: image.heightPx,
    })),
    select: { id: true, position: true },
  });
  await transaction.caption.createMany({
    data: images.flatMap(({ id: imageId, position: imageIndex }) =>
      rows[imageIndex]!.captions.map(({ text, tokenCount }, position) => ({
        imageId,
        position,
        text,
        tokenCount,
      })),
    ),
  });
}
