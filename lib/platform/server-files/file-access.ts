/** Which files of this machine may be read for somebody who has named a path. */
import { realpath } from "node:fs/promises";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { dataPaths, env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";

export type FileAccess = {
  /**
   * Before anything is looked up on the disk, so that the answer does not tell what exists elsewhere.
   *
   * @throws SemblanceError `invalid_input` for a path that leads nowhere that may be read
   */
  readonly checkName: (path: string) => Promise<void>;
  /** Why a file or folder is not read, null where it may be. @param place its real path, all links resolved */
  readonly refusal: (place: string) => Promise<string | null>;
  /** Whether files with several names are rejected: the others may be where nothing may be read. */
  readonly refusesHardLinks: boolean;
};

/** For the command line in its own process, and for Semblance's own files: whatever the system lets it read. */
export const anyFile: FileAccess = {
  checkName: async () => {},
  refusal: async () => null,
  refusesHardLinks: false,
};

/**
 * For anyone who has typed a path into a form: the folders of SEMBLANCE_IMPORT_ROOTS, except for what Semblance keeps in its
 * data folder and what is not a file of a disk.
 */
export const formFiles: FileAccess = {
  async checkName(path) {
    checkAbsolute(path);
    // A root may itself be a link; people write its own name or where it leads.
    const roots = [...env().importRoots, ...(await realPaths(env().importRoots))];
    if (!isWithinAny(roots, resolve(path))) throw outside(path);
  },
  async refusal(place) {
    if (!isWithinAny(await realPaths(env().importRoots), place))
      return "leads out of the folders that may be imported";
    return refusalOfOwn(place);
  },
  refusesHardLinks: true,
};

/** For anyone who runs the command line on the installation: all but what Semblance keeps and what is not a file of a disk. */
export const operatorFiles: FileAccess = {
  checkName: async (path) => checkAbsolute(path),
  refusal: refusalOfOwn,
  refusesHardLinks: false,
};

/** What the systems show of themselves as files. */
const systemFolders = ["/proc", "/sys", "/dev"];

async function refusalOfOwn(place: string): Promise<string | null> {
  const { imports, weights } = dataPaths();
  const [own, open] = await Promise.all([realPaths([env().dataFolder]), realPaths([imports, weights])]);
  if (isWithinAny(own, place) && !isWithinAny(open, place)) return "is part of Semblance’s own data";
  return isWithinAny(systemFolders, place) ? "is not a file on a disk" : null;
}

function checkAbsolute(path: string): void {
  if (isAbsolute(path) && !path.includes("\0")) return;
  throw new SemblanceError("invalid_input", `${path.replaceAll("\0", "␀")} is not an absolute path.`, {
    remedy: "Give the path from the root, such as /home/me/photographs.",
    details: { field: "path" },
  });
}

function outside(path: string): SemblanceError {
  return new SemblanceError("invalid_input", `${path} is not in a folder that may be imported.`, {
    remedy: howToImport(),
    details: { field: "path" },
  });
}

/** What to do with a file that is elsewhere. */
export function howToImport(): string {
  const roots = env().importRoots;
  return `Put it into ${roots.join(" or ")}, or ask the operator of this server to import it with npx semblance, or to add its folder to SEMBLANCE_IMPORT_ROOTS.`;
}

/** Those that exist, all links resolved. */
async function realPaths(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(paths.map((path) => realpath(path).catch(() => null)));
  return found.filter((path) => path !== null);
}

function isWithinAny(folders: readonly string[], path: string): boolean {
  return folders.some((folder) => {
    const inside = relative(folder, path);
    return inside !== ".." && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
  });
}
