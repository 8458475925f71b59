/** Opens files and folders of this machine that somebody has named, and checks what was opened, not what was named. */
import { constants } from "node:fs";
import { type FileHandle, lstat, open, readdir, readFile, readlink, realpath } from "node:fs/promises";
import { SemblanceError } from "@/lib/errors";
import { anyFile, type FileAccess, howToImport } from "./file-access";

export type OpenedFile = {
  /** A path that leads to the very file that was checked, as long as it is open. */
  readonly path: string;
  readonly sizeBytes: number;
};

/** Windows knows neither. */
const noFollow = constants.O_NOFOLLOW ?? 0;
const noWait = constants.O_NONBLOCK ?? 0;

/** A file that stays open until it is closed. */
export type HeldFile = OpenedFile & { readonly close: () => Promise<void> };

/**
 * Links in the path are followed where they lead to what may be read. Anyone who exchanges a file or a folder by a link
 * after it was looked at gains nothing: what counts is the place of the file that is open.
 *
 * @param name what messages call the file
 * @throws SemblanceError `invalid_input` where it may not be read or is not a regular file; what the system says of files
 *   that are not there or cannot be opened
 */
export async function holdFile(
  path: string,
  { access, name = path }: { access: FileAccess; name?: string },
): Promise<HeldFile> {
  if (access === anyFile) {
    return { path, sizeBytes: (await lstat(await realpath(path))).size, close: async () => {} };
  }
  await access.checkName(path);
  const place = await realpath(path);
  await check(place, access, name);
  // Before it is opened: opening a device already does something, and opening a pipe waits for a writer.
  if (!(await lstat(place)).isFile()) throw notAFile(name);
  const handle = await open(place, constants.O_RDONLY | noFollow | noWait);
  try {
    const info = await handle.stat();
    if (!info.isFile()) throw notAFile(name);
    if (access.refusesHardLinks && info.nlink > 1) throw hasOtherNames(name);
    const checked = await checkedPath(handle, place, access, name);
    return { path: checked, sizeBytes: info.size, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * As `holdFile`, open as long as `use` works with it.
 *
 * @throws SemblanceError as `holdFile`
 */
export async function withOpenFile<Result>(
  path: string,
  options: { access: FileAccess; name?: string },
  use: (file: OpenedFile) => Promise<Result>,
): Promise<Result> {
  const file = await holdFile(path, options);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/**
 * All bytes of a file.
 *
 * @throws SemblanceError as `withOpenFile`; `too_large` for more than `mostBytes`
 */
export function readOpenFile(
  path: string,
  { access, name = path, mostBytes }: { access: FileAccess; name?: string; mostBytes: number },
): Promise<Buffer> {
  return withOpenFile(path, { access, name }, async (file) => {
    if (file.sizeBytes > mostBytes) {
      throw new SemblanceError("too_large", `${name} is larger than ${Math.floor(mostBytes / 1e6)} MB.`, {
        remedy: "Reduce it, or leave it out.",
      });
    }
    return readFile(file.path);
  });
}

/**
 * The entries of a folder, and its real path.
 *
 * @throws SemblanceError `invalid_input` where it may not be read; what the system says of folders that are not there or
 *   cannot be opened
 */
export async function readOpenFolder(
  path: string,
  { access, name = path }: { access: FileAccess; name?: string },
) {
  const place = await realpath(path);
  await check(place, access, name);
  const entriesOf = (folder: string) => readdir(folder, { withFileTypes: true });
  if (access === anyFile || process.platform === "win32") return { place, entries: await entriesOf(place) };
  const handle = await open(place, constants.O_RDONLY | noFollow | noWait | constants.O_DIRECTORY);
  try {
    const checked = await checkedPath(handle, place, access, name);
    const entries = await entriesOf(checked);
    await checkedPath(handle, place, access, name);
    return { place, entries };
  } finally {
    await handle.close();
  }
}

async function check(place: string, access: FileAccess, name: string): Promise<void> {
  const refusal = await access.refusal(place);
  if (refusal === null) return;
  throw new SemblanceError("invalid_input", `${name} ${refusal}.`, {
    remedy: howToImport(),
    details: { field: "path" },
  });
}

/** Where the open file or folder really is, checked, and a path to it that nobody can lead elsewhere. */
async function checkedPath(
  handle: FileHandle,
  place: string,
  access: FileAccess,
  name: string,
): Promise<string> {
  if (process.platform === "linux") {
    // By this process's number, so that a process that it asks to read the file finds it as well.
    const own = `/proc/${process.pid}/fd/${handle.fd}`;
    await check(await readlink(own), access, name);
    return own;
  }
  const [opened, named] = [await handle.stat(), await lstat(place)];
  if ((await realpath(place)) !== place || opened.ino !== named.ino || opened.dev !== named.dev) {
    throw new SemblanceError("invalid_input", `${name} was exchanged while it was being read.`, {
      remedy: "Try again when nothing else changes the folder.",
    });
  }
  return place;
}

function notAFile(name: string): SemblanceError {
  return new SemblanceError("invalid_input", `${name} is not a regular file.`, {
    remedy: "Give a file, not a folder, a pipe or a device.",
    details: { field: "path" },
  });
}

function hasOtherNames(name: string): SemblanceError {
  return new SemblanceError("invalid_input", `${name} has several names (hard links) on the disk.`, {
    remedy:
      "Its other names may lie outside of the folders that may be imported: copy the file, and import the copy.",
    details: { field: "path" },
  });
}
