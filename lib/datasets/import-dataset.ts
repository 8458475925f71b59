/** Reads pictures and captions into a dataset: everything that can be used, or nothing at all. */
import { extname } from "node:path";
import { db, type Transaction } from "@/lib/db";
import { SemblanceError } from "@/lib/errors";
import type { JobPayload } from "@/lib/jobs/definitions";
import type { StoredBlob } from "@/lib/storage/blob-store";
import { blobStore, recordBlobs } from "@/lib/storage/store-blob";
import { type ImportRemark, shortenReport } from "./import-report";
import { type ImportFile, listImportFiles } from "./import-source";
import { type ReadCaption, readCaptions } from "./read-captions";
import { type ReadPicture, readPicture } from "./read-picture";

const pictureExtensions = new Set([".jpg", ".jpeg", ".png", ".webp"]);
const captionExtension = ".txt";

type Row = { stem: string; picture: ReadPicture & StoredBlob; captions: ReadCaption[] };

export type ImportOptions = {
  signal?: AbortSignal;
  /** Files looked at, of all. */
  onProgress?: (done: number, total: number) => void;
};

/**
 * Runs an import to its end: the dataset becomes READY with its rows and report in one transaction, or FAILED with
 * its report where no picture could be used. A dataset that is not IMPORTING any more is left alone.
 *
 * @throws SemblanceError where the source cannot be read or the disk is full; `cancelled` after an abort
 */
export async function importDataset(
  { datasetId, source }: JobPayload<"import-dataset">,
  { signal, onProgress }: ImportOptions = {},
): Promise<{ pictureCount: number; remarks: ImportRemark[] }> {
  const files = await listImportFiles(source);
  const { rows, remarks } = await readRows(files, { signal, onProgress });
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
      remedy:
        "Give JPEG, PNG or WebP pictures, each with a text file of the same name that holds its captions.",
    });
  }
  return { pictureCount: rows.length, remarks };
}

function emptyMessage(fileCount: number): string {
  return fileCount === 0
    ? "There are no files to import."
    : `None of the ${fileCount} files gave a picture with a caption; the import's report says why.`;
}

async function readRows(
  files: ImportFile[],
  { signal, onProgress }: ImportOptions,
): Promise<{ rows: Row[]; remarks: ImportRemark[] }> {
  const rows: Row[] = [];
  const remarks: ImportRemark[] = [];
  const refuse = (file: string, kind: ImportRemark["kind"], message: string, remedy: string) =>
    remarks.push({ file, kind, message, remedy, refused: true });

  const captionFiles = new Map<string, ImportFile>();
  const pictureFiles: ImportFile[] = [];
  for (const file of files) {
    const extension = extname(file.name).toLowerCase();
    if (extension === captionExtension) captionFiles.set(stemOf(file.name), file);
    else if (pictureExtensions.has(extension)) pictureFiles.push(file);
    else {
      refuse(
        file.name,
        "unsupported",
        `${file.name} is neither a picture nor a caption file.`,
        "Nothing needs doing unless it was meant as one: pictures end in .jpg, .png or .webp, captions in .txt.",
      );
    }
  }

  const fileOfStem = new Map<string, string>();
  const fileOfHash = new Map<string, string>();
  for (const [index, file] of pictureFiles.entries()) {
    if (signal?.aborted) throw new SemblanceError("cancelled", "The import was cancelled.");
    onProgress?.(index, pictureFiles.length);
    const { name } = file;
    const stem = stemOf(name);
    const sameStem = fileOfStem.get(stem);
    if (sameStem !== undefined) {
      refuse(name, "duplicate", `${name} and ${sameStem} have the same name.`, "Keep one of the two.");
      continue;
    }
    fileOfStem.set(stem, name);

    const bytes = await readFile(file);
    const picture = bytes && (await readPicture(name, bytes));
    if (!picture) {
      refuse(
        name,
        "unreadable",
        `${name} cannot be read.`,
        "Check that the file may be read, or upload it again.",
      );
      continue;
    }
    if ("kind" in picture) {
      refuse(name, picture.kind, picture.message, picture.remedy);
      continue;
    }

    const captionFile = captionFiles.get(stem);
    const captionBytes = captionFile && (await readFile(captionFile));
    const { captions, remarks: captionRemarks } = captionBytes
      ? readCaptions(captionFile.name, captionBytes)
      : { captions: [], remarks: [] };
    remarks.push(...captionRemarks);
    if (captions.length === 0) {
      refuse(
        name,
        "no-caption",
        captionFile
          ? `${captionFile.name} holds no caption that can be used.`
          : `${name} has no caption file.`,
        `Write at least one caption into ${stem}${captionExtension}, one a line.`,
      );
      continue;
    }

    const blob = await blobStore().put(bytes);
    const sameBytes = fileOfHash.get(blob.sha256);
    if (sameBytes !== undefined) {
      refuse(name, "duplicate", `${name} is the same picture as ${sameBytes}.`, "Keep one of the two.");
      continue;
    }
    fileOfHash.set(blob.sha256, name);
    if (picture.flaw !== null) {
      remarks.push({
        file: name,
        kind: "flawed",
        message: `${name} is slightly damaged (${picture.flaw}). It can be used everywhere as it decodes.`,
        remedy: "Look at the picture; replace it if it is not what you expect.",
        refused: false,
      });
    }
    rows.push({ stem, picture: { ...picture, ...blob }, captions });
  }

  for (const [stem, { name }] of captionFiles) {
    if (fileOfStem.has(stem)) continue;
    refuse(
      name,
      "caption-without-picture",
      `${name} has no picture of the same name.`,
      `Add ${stem}.jpg, .png or .webp, or ignore this.`,
    );
  }
  onProgress?.(pictureFiles.length, pictureFiles.length);
  return { rows, remarks };
}

/** What the system says of files that it does not give the bytes of, and the store of damaged ones. */
const unreadableCodes = new Set([
  "EACCES",
  "EIO",
  "EISDIR",
  "ELOOP",
  "ENOENT",
  "ERR_FS_FILE_TOO_LARGE",
  "invalid_file",
]);

/** Null where the file cannot be read; anything else, such as a lost store, ends the import. */
async function readFile(file: ImportFile): Promise<Buffer | null> {
  try {
    return await file.read();
  } catch (error) {
    if (unreadableCodes.has((error as { code?: string }).code ?? "")) return null;
    throw error;
  }
}

function stemOf(name: string): string {
  return name.slice(0, name.length - extname(name).length);
}

async function addRows(transaction: Transaction, datasetId: string, rows: Row[]): Promise<void> {
  await recordBlobs(
    rows.map(({ picture: { sha256, sizeBytes, mediaType, widthPx, heightPx } }) => ({
      sha256,
      sizeBytes,
      mediaType,
      widthPx,
      heightPx,
    })),
    transaction,
  );
  const pictures = await transaction.picture.createManyAndReturn({
    data: rows.map(({ stem, picture }, position) => ({
      datasetId,
      stem,
      position,
      blobSha256: picture.sha256,
      widthPx: picture.widthPx,
      heightPx: picture.heightPx,
    })),
    select: { id: true, position: true },
  });
  await transaction.caption.createMany({
    data: pictures.flatMap(({ id: pictureId, position: pictureIndex }) =>
      rows[pictureIndex]!.captions.map(({ text, tokenCount }, position) => ({
        pictureId,
        position,
        text,
        tokenCount,
      })),
    ),
  });
}
