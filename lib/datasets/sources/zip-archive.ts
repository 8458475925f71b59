/** Zip files, read by their central directory. */
import { isUtf8 } from "node:buffer";
import { buffer } from "node:stream/consumers";
import { type Entry, getFileNameLowLevel, openPromise, type ZipFile } from "yauzl";
import { SemblanceError } from "@/lib/errors";
import {
  ArchiveBudget,
  type ArchiveEntry,
  type ArchiveFile,
  archiveError,
  checkReadable,
  entryPath,
  type OpenArchive,
  refusedEntry,
} from "./archive";

/** @throws SemblanceError `invalid_file` or `too_large` naming the archive, and the entry that is at fault */
export async function openZip(archive: ArchiveFile): Promise<OpenArchive> {
  let zip: ZipFile | undefined;
  try {
    // Names as bytes: they are checked below, by the rules of all archives.
    zip = await openPromise(archive.path, { autoClose: false, decodeStrings: false, lazyEntries: true });
    const entries = await listEntries(archive, zip);
    const opened = zip;
    return { entries, close: async () => opened.close() };
  } catch (error) {
    zip?.close();
    if (error instanceof SemblanceError || isOfTheSystem(error)) throw error;
    throw archiveError(archive.name, `is not a readable zip file: ${(error as Error).message}`, undefined, {
      cause: error,
    });
  }
}

async function listEntries(archive: ArchiveFile, zip: ZipFile): Promise<ArchiveEntry[]> {
  const budget = new ArchiveBudget(archive);
  const entries: ArchiveEntry[] = [];
  for await (const entry of zip.eachEntry()) {
    const path = checkEntry(archive, entry);
    budget.add(path, entry.uncompressedSize);
    if (isFolder(entry)) continue;
    const { uncompressedSize: sizeBytes } = entry;
    // There may be many: what is not needed to read them is let go.
    const slim = Object.assign(entry, { ...unneeded });
    entries.push({ path, sizeBytes, read: () => readEntry(archive, zip, path, slim) });
  }
  return entries;
}

const nothing = Buffer.alloc(0);
const unneeded = { fileNameRaw: nothing, extraFieldRaw: nothing, extraFields: [], fileCommentRaw: nothing };

const encryptedFlag = 1;
/** macOS writes names in UTF-8 without saying so; hardly a name in code page 437 is valid UTF-8 by chance. */
const utf8Flag = 0x800;
const [stored, deflated] = [0, 8];
/** Of a file's mode under Unix, which the upper half of the attributes holds. */
const [typeMask, regularType, folderType, linkType] = [0xf000, 0x8000, 0x4000, 0xa000];

function checkEntry(archive: ArchiveFile, entry: Entry): string {
  const written = getFileNameLowLevel(
    isUtf8(entry.fileNameRaw) ? entry.generalPurposeBitFlag | utf8Flag : entry.generalPurposeBitFlag,
    entry.fileNameRaw,
    entry.extraFields,
    false,
  );
  const path = entryPath(archive, written);
  const type = (entry.externalFileAttributes >>> 16) & typeMask;
  if (type === linkType) throw refusedEntry(archive, path, "a link");
  if (type !== 0 && type !== regularType && type !== folderType) {
    throw refusedEntry(archive, path, "not a regular file");
  }
  if (entry.generalPurposeBitFlag & encryptedFlag) throw refusedEntry(archive, path, "encrypted");
  if (entry.compressionMethod !== stored && entry.compressionMethod !== deflated) {
    throw refusedEntry(archive, path, `compressed by method ${entry.compressionMethod}`);
  }
  return path;
}

function isFolder(entry: Entry): boolean {
  return entry.fileNameRaw.at(-1) === "/".charCodeAt(0);
}

async function readEntry(archive: ArchiveFile, zip: ZipFile, path: string, entry: Entry): Promise<Buffer> {
  checkReadable(path, Math.max(entry.compressedSize, entry.uncompressedSize));
  try {
    // yauzl stops at the size that the directory gives: what unpacks to more never gets into memory.
    return await buffer(await zip.openReadStreamPromise(entry));
  } catch (error) {
    if (isOfTheSystem(error)) throw error;
    throw new SemblanceError("invalid_input", `${path} in ${archive.name} is damaged.`, {
      remedy: "Pack the archive again.",
      cause: error,
    });
  }
}

function isOfTheSystem(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).syscall !== undefined;
}
