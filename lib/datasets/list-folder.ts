/** The files below a folder of this machine, subfolders included. */
import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { SemblanceError } from "@/lib/errors";
import { anyFile, type FileAccess, howToImport } from "@/lib/platform/server-files/file-access";
import { readOpenFolder } from "@/lib/platform/server-files/open-file";
import { isHiddenPath } from "./file-names";

/** `path` is relative to the folder, with "/" between its parts. */
export type FolderFile = { readonly path: string; readonly absolutePath: string };

export type FolderListing = {
  /** In the order of their paths. */
  readonly files: readonly FolderFile[];
  /** Subfolders and links that cannot be read. */
  readonly unreadable: readonly string[];
  /** Links that lead to what may not be read. */
  readonly outside: readonly string[];
};

/**
 * Hidden files and what systems leave behind are passed over (see `isHiddenPath`). Links are followed; a folder that
 * can be reached in several ways, as through a link to one of its own parents, is read once, where it really is.
 *
 * @throws SemblanceError as `checkFolder`
 */
export async function listFolder(folder: string, access: FileAccess = anyFile): Promise<FolderListing> {
  await checkFolder(folder, access);
  const files: FolderFile[] = [];
  const unreadable: string[] = [];
  const outside: string[] = [];
  const visited = new Set<string>();
  // Linked folders wait until all others are read.
  const linked: string[] = [];
  const read = async (path: string) => {
    const { place, entries } = await readOpenFolder(join(folder, path), { access });
    if (visited.has(place)) return;
    visited.add(place);
    for (const entry of entries) {
      const inside = `${path}${entry.name}`;
      if (isHiddenPath(entry.name)) continue;
      if (entry.isDirectory()) await readOrName(`${inside}/`);
      else if (entry.isSymbolicLink()) {
        const target = await stat(join(folder, inside)).catch(() => null);
        if (target === null) unreadable.push(inside);
        else if ((await access.refusal(await realpath(join(folder, inside)))) !== null) outside.push(inside);
        else if (target.isDirectory()) linked.push(`${inside}/`);
        else if (target.isFile()) files.push({ path: inside, absolutePath: join(folder, inside) });
      } else if (entry.isFile()) files.push({ path: inside, absolutePath: join(folder, inside) });
    }
  };
  const readOrName = (path: string) => read(path).catch(() => unreadable.push(path));
  await read("");
  for (let path = linked.shift(); path !== undefined; path = linked.sort().shift()) await readOrName(path);
  return {
    files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
    unreadable: unreadable.sort(),
    outside: outside.sort(),
  };
}

/** @throws SemblanceError `not_found` or `invalid_input`, naming the folder, where `path` is none that may be read */
export async function checkFolder(path: string, access: FileAccess = anyFile): Promise<void> {
  await access.checkName(path);
  try {
    const refusal = await access.refusal(await realpath(path));
    if (refusal !== null) {
      throw new SemblanceError("invalid_input", `${path} ${refusal}.`, {
        remedy: howToImport(),
        details: { field: "path" },
      });
    }
    if (!(await stat(path)).isDirectory()) {
      throw new SemblanceError("invalid_input", `${path} is a file, not a folder.`, {
        remedy: "Give the folder that holds the images and their captions.",
        details: { field: "path" },
      });
    }
    await readdir(path);
  } catch (error) {
    if (error instanceof SemblanceError) throw error;
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new SemblanceError(
      missing ? "not_found" : "invalid_input",
      missing ? `There is no folder ${path} on this machine.` : `The folder ${path} cannot be read.`,
      {
        remedy: missing
          ? "Check the path. It must be on the machine where Semblance runs, not on yours."
          : "Make it readable for the user that runs Semblance.",
        details: { field: "path" },
        cause: error,
      },
    );
  }
}
