/** Parquet files, opened as sources: they are read in a process of their own, which a damaged file may keep busy or end. */
import type { ChildProcess } from "node:child_process";
import { SemblanceError } from "@/lib/errors";
import { type ErrorMessage, messageToError } from "@/lib/platform/engine-process/engine-messages";
import { forkSource } from "@/lib/platform/fork-source";
import type { CaptionEntry, ChosenColumns } from "../caption-formats/caption-format";
import { type ArchiveEntry, type ArchiveFile, archiveError, checkReadable } from "./archive";
import type { ParquetRequest } from "./parquet-process";
import type { ParquetContents, RowGroup } from "./parquet-table";

export type OpenParquet = {
  /** The images in the order of their rows, each with its captions. */
  readonly entries: readonly (ArchiveEntry & { readonly captions: readonly CaptionEntry[] })[];
  /** Of a table that holds no images: its captions, by the names of images. */
  readonly table: readonly CaptionEntry[] | null;
  /** What can be chosen: columns of images, and of texts. */
  readonly columns: readonly string[];
  readonly close: () => Promise<void>;
};

/**
 * @param columns with several columns of images or captions, those that are meant
 * @throws SemblanceError `invalid_file` or `too_large` naming the file
 */
export async function openParquet(file: ArchiveFile, columns: ChosenColumns): Promise<OpenParquet> {
  const archive = { path: file.path, name: file.name, sizeBytes: file.sizeBytes };
  const reader = enterReader();
  const close = () => leaveReader(reader);
  try {
    const contents = (await reader.ask({ archive, columns, group: null })) as ParquetContents;
    const { names, captions, groups, image } = contents;
    if (image === null) {
      return { columns: contents.columns, entries: [], table: captions.flat(), close };
    }
    const entries = names.map((path, row) => ({
      path,
      // The file says so of whole columns only.
      sizeBytes: 0,
      captions: captions[row] ?? [],
      read: () => {
        const group = groupOf(groups, row);
        const images = reader.readGroup({ archive, columns, group: group.index });
        return readImage(archive, path, row - group.firstRow, images);
      },
    }));
    return { columns: contents.columns, entries, table: null, close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Images = (Uint8Array<ArrayBuffer> | null)[];

async function readImage(
  { name }: ArchiveFile,
  path: string,
  rowOfGroup: number,
  group: Promise<Images>,
): Promise<Buffer> {
  const damaged = (what: string, remedy: string, cause?: unknown) =>
    new SemblanceError("invalid_input", `${path} in ${name} ${what}.`, { remedy, cause });
  const images = await group.catch((error: unknown) => {
    const remedy = "Write the file again, for example with the datasets library.";
    throw damaged("is damaged: its row group cannot be read", remedy, error);
  });
  const bytes = images[rowOfGroup];
  if (!bytes) {
    throw damaged("has no bytes", "Write the images themselves into the file, not only their paths.");
  }
  checkReadable(path, bytes.byteLength);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function groupOf(groups: readonly RowGroup[], row: number): RowGroup {
  return groups.find(({ firstRow, rowCount }) => row < firstRow + rowCount) ?? groups.at(-1)!;
}

/** Of the largest group that is read, on a slow machine. */
const longestRequestMs = 60_000;
/** Objects of a table of millions of captions; the bytes of images are beside them. */
const heapMegabytes = 1024;

/** Of all files together: images are read in their order, a few at a time. */
const keptGroups = 2;

/** Answers one request after the other; one that takes too long or too much ends the process, and the next gets another. */
class ParquetReader {
  #child: ChildProcess | null = null;
  #last: Promise<unknown> = Promise.resolve();
  /** Those that were read last, the oldest first. */
  readonly #groups = new Map<string, Promise<Images>>();

  ask(request: ParquetRequest): Promise<unknown> {
    const answer = this.#last.then(() => this.#answer(request));
    this.#last = answer.catch(() => {});
    return answer;
  }

  /** The images of a group; neighbours in it are read soon after each other. */
  readGroup(request: ParquetRequest): Promise<Images> {
    const key = `${request.archive.path} ${request.group}`;
    const images = this.#groups.get(key) ?? (this.ask(request) as Promise<Images>);
    this.#groups.delete(key);
    this.#groups.set(key, images);
    for (const oldest of [...this.#groups.keys()].slice(0, -keptGroups)) this.#groups.delete(oldest);
    return images;
  }

  async close(): Promise<void> {
    this.#groups.clear();
    this.#child?.kill("SIGKILL");
    this.#child = null;
  }

  #answer(request: ParquetRequest): Promise<unknown> {
    const child = this.#child ?? startProcess();
    this.#child = child;
    const { name } = request.archive;
    return new Promise((resolve, reject) => {
      const fail = (what: string, cause?: unknown) => {
        this.#child?.kill("SIGKILL");
        this.#child = null;
        settle(() => reject(archiveError(name, what, "Write it again, in smaller row groups.", { cause })));
      };
      const timer = setTimeout(
        () => fail(`takes more than ${longestRequestMs / 1000} s to read`),
        longestRequestMs,
      );
      const settle = (end: () => void) => {
        clearTimeout(timer);
        child.removeAllListeners("message").removeAllListeners("error").removeAllListeners("exit");
        child.on("error", () => {});
        child.unref();
        child.channel?.unref();
        end();
      };
      child.ref();
      child.channel?.ref();
      child.once("message", (reply) => {
        const { result, error } = reply as { result?: unknown; error?: ErrorMessage };
        settle(() => (error ? reject(messageToError(error)) : resolve(result)));
      });
      child.once("error", (error) => fail("cannot be read", error));
      child.once("exit", (code, signal) =>
        fail("takes too much memory to read", new Error(`exit code ${code}, signal ${signal}`)),
      );
      // Where the process has died, its exit says more.
      child.send(request, () => {});
    });
  }
}

/** One process for all files that are open. */
let shared: { readonly reader: ParquetReader; users: number } | null = null;

function enterReader(): ParquetReader {
  shared ??= { reader: new ParquetReader(), users: 0 };
  shared.users++;
  return shared.reader;
}

async function leaveReader(reader: ParquetReader): Promise<void> {
  if (shared?.reader !== reader) return;
  shared.users--;
  if (shared.users > 0) return;
  shared = null;
  await reader.close();
}

function startProcess(): ChildProcess {
  return forkSource(new URL("parquet-process.ts", import.meta.url), {
    heapMegabytes,
    // A group of its own: Ctrl-C reaches the parent alone.
    detached: process.platform !== "win32",
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
}
