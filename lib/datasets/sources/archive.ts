/** What is allowed in archives that other people made, and what every reader of one gives. */
import { env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { oneLine } from "@/lib/text/one-line";

export type ArchiveEntry = {
  /** Within the archive, with "/" between its parts. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly read: () => Promise<Buffer>;
};

/** Entries can be read in any order until it is closed. */
export type OpenArchive = {
  readonly entries: readonly ArchiveEntry[];
  readonly close: () => Promise<void>;
};

/** An archive on this disk. */
export type ArchiveFile = {
  readonly path: string;
  /** What messages call it. */
  readonly name: string;
  readonly sizeBytes: number;
};

/** A million files are a hundred thousand images with their captions, many times over. */
const mostEntries = 1_000_000;

/**
 * Images are compressed already and shrink by a few per cent, captions to a tenth; deflate itself ends near 1,032. Small
 * archives of plain graphics may be above it.
 */
const mostExpansion = 100;
const expansionCountsFromBytes = 100e6;

/** No format takes more than 8 bytes for a pixel; beside the pixels there may be a colour profile and other data. */
export function largestImageBytes(): number {
  return 16e6 + 8 * env().largestImagePixels;
}

/** Counts what an archive says it holds, and throws where that is more than it can honestly hold. */
export class ArchiveBudget {
  readonly #archive: ArchiveFile;
  #entries = 0;
  #bytes = 0;

  constructor(archive: ArchiveFile) {
    this.#archive = archive;
  }

  /** @throws SemblanceError `too_large` naming the archive and the entry */
  add(path: string, sizeBytes: number): void {
    const { name } = this.#archive;
    this.#entries++;
    if (this.#entries > mostEntries) {
      throw new SemblanceError("too_large", `${name} holds more than ${mostEntries} files.`, {
        remedy: "Split it into several archives.",
      });
    }
    if (!(sizeBytes >= 0 && Number.isSafeInteger(sizeBytes))) {
      throw archiveError(name, `gives no size of ${shown(path)}`);
    }
    this.addBytes(sizeBytes, path);
  }

  /** Of an archive that is unpacked as a whole, `path` is absent. */
  addBytes(sizeBytes: number, path?: string): void {
    const { name, sizeBytes: packedBytes } = this.#archive;
    this.#bytes += sizeBytes;
    if (this.#bytes <= expansionCountsFromBytes || this.#bytes <= mostExpansion * packedBytes) return;
    const at = path === undefined ? "" : ` (at ${shown(path)})`;
    throw new SemblanceError(
      "too_large",
      `${name} unpacks to more than ${mostExpansion} times its size${at}: it may be a zip bomb.`,
      { remedy: "Unpack it yourself, look at what it holds, and import the folder." },
    );
  }
}

/**
 * The path that an entry gives itself.
 *
 * @throws SemblanceError `invalid_file` for an absolute path and for one that leads out of the archive
 */
export function entryPath(archive: ArchiveFile, written: string): string {
  const parts = written.replaceAll("\\", "/").split("/");
  const isAbsolute = parts[0] === "" || /^[a-z]:$/i.test(parts[0]!);
  if (isAbsolute || parts.includes("..") || written.includes("\0")) {
    throw archiveError(
      archive.name,
      isAbsolute
        ? `holds the absolute path ${shown(written)}`
        : `holds ${shown(written)}, which leads out of the archive`,
      "Pack it again from inside the folder, with relative paths.",
    );
  }
  return parts.filter((part) => part !== "" && part !== ".").join("/");
}

/** @param what such as "a link" */
export function refusedEntry(archive: ArchiveFile, path: string, what: string): SemblanceError {
  return archiveError(
    archive.name,
    `holds ${shown(path)}, which is ${what}`,
    "Pack it again with the files themselves (tar: with --dereference --hard-dereference).",
  );
}

/** @param columns of a table, where others of them can be chosen */
export function archiveError(
  name: string,
  what: string,
  remedy = "Pack it again, or import the unpacked folder.",
  { cause, columns }: { cause?: unknown; columns?: readonly string[] } = {},
): SemblanceError {
  const details = columns === undefined ? {} : { details: { columns } };
  return new SemblanceError("invalid_file", `${name} ${what}.`, { remedy, cause, ...details });
}

/** @throws SemblanceError `too_large` naming the entry */
export function checkReadable(path: string, sizeBytes: number): void {
  if (sizeBytes <= largestImageBytes()) return;
  throw new SemblanceError(
    "too_large",
    `${path} is larger than ${Math.floor(largestImageBytes() / 1e6)} MB.`,
    {
      remedy: "Reduce it, or leave it out.",
    },
  );
}

/** As messages show a name that somebody else wrote: not without end. */
function shown(path: string): string {
  const line = oneLine(path);
  return line.length > 120 ? `${line.slice(0, 120)}…` : line;
}
