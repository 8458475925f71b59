/** Tar files: gone through once for the places of their entries, which are then read in any order. */
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract, type Header } from "tar-stream";
import { dataPaths } from "@/lib/env";
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
export async function openTar(archive: ArchiveFile): Promise<OpenArchive> {
  const handle = await open(archive.path, "r");
  try {
    const places = await listEntries(archive);
    const entries = places.map(({ path, offset, sizeBytes }): ArchiveEntry => {
      return {
        path,
        sizeBytes,
        async read() {
          checkReadable(path, sizeBytes);
          const bytes = Buffer.alloc(sizeBytes);
          const { bytesRead } = await handle.read(bytes, 0, sizeBytes, offset);
          if (bytesRead < sizeBytes) throw archiveError(archive.name, `ends within ${path}`);
          return bytes;
        },
      };
    });
    return { entries, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * As `openTar`, of one that gzip has packed: it is unpacked beside the store's drafts, which are swept should this process die.
 *
 * @throws SemblanceError as `openTar`; `disk_full`
 */
export async function openGzippedTar(archive: ArchiveFile): Promise<OpenArchive> {
  const drafts = join(dataPaths().blobs, "drafts");
  await mkdir(drafts, { recursive: true, mode: 0o700 });
  const draft = join(drafts, `${randomUUID()}.tar`);
  try {
    await gunzip(archive, draft);
    const { size: sizeBytes } = await stat(draft);
    const { entries, close } = await openTar({ path: draft, name: archive.name, sizeBytes });
    return {
      entries,
      async close() {
        await close();
        await rm(draft, { force: true });
      },
    };
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function gunzip(archive: ArchiveFile, draft: string): Promise<void> {
  const budget = new ArchiveBudget(archive);
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        budget.addBytes(chunk.length);
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
  });
  // Open before anything can fail: a stream that opens it by itself may do so after the draft was removed.
  const file = await open(draft, "wx", 0o600);
  const target = file.createWriteStream();
  try {
    await pipeline(createReadStream(archive.path), createGunzip(), counted, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOSPC" || code === "EDQUOT") {
      throw new SemblanceError("disk_full", `The disk is too full to unpack ${archive.name}.`, {
        remedy: "Free some space, or import the unpacked folder.",
        cause: error,
      });
    }
    if (code?.startsWith("Z_") === false || error instanceof SemblanceError) throw error;
    throw archiveError(archive.name, "is not a readable gzip file", undefined, { cause: error });
  }
}

type Place = { readonly path: string; readonly offset: number; readonly sizeBytes: number };

async function listEntries(archive: ArchiveFile): Promise<Place[]> {
  const budget = new ArchiveBudget(archive);
  const places: Place[] = [];
  const parser = extract();
  parser.on("entry", (header, content, next) => {
    // The parser tells of it as well.
    content.on("error", () => {});
    try {
      const place = checkEntry(archive, header);
      if (place) {
        budget.add(place.path, place.sizeBytes);
        places.push(place);
      }
      content.on("end", next).resume();
    } catch (error) {
      next(error as Error);
    }
  });
  try {
    await pipeline(createReadStream(archive.path), parser);
  } catch (error) {
    if (error instanceof SemblanceError || (error as NodeJS.ErrnoException).syscall !== undefined)
      throw error;
    throw archiveError(archive.name, `is not a readable tar file: ${(error as Error).message}`, undefined, {
      cause: error,
    });
  }
  return places;
}

const kinds: Readonly<Record<string, string>> = {
  link: "a hard link",
  symlink: "a link",
};

/** Null for folders, which need no entry of their own. */
function checkEntry(archive: ArchiveFile, header: Header): Place | null {
  const path = entryPath(archive, header.name);
  const { type, size = 0 } = header;
  if (type === "directory") return null;
  if (type !== "file" && type !== "contiguous-file") {
    throw refusedEntry(archive, path, kinds[type ?? ""] ?? "not a regular file");
  }
  // What tar-stream tells but its types do not.
  const { byteOffset } = header as Header & { byteOffset: number };
  return { path, offset: byteOffset, sizeBytes: size };
}
