/** Restricts Semblance's files to the user as whom it runs: images, weights, votes, logs and secrets. */
import { chmodSync, lstatSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { dataPaths } from "@/lib/env";

/** From here on this process and its children make files and folders that nobody else may read. */
export function keepFilesPrivate(): void {
  process.umask(0o077);
}

const others = 0o077;
/** PostgreSQL does not run as root: its user passes through the data folder, without seeing what is in it. */
const passOnly = 0o011;

/**
 * Makes the data folder where there is none, and closes it to other users. One that an earlier version left open is closed
 * file by file, its own folder last, so that a start that is cut short is taken up again. Imports and downloaded weights,
 * which belong to whoever put them there, keep their modes inside the closed folder, and so do files that have another name
 * elsewhere.
 */
export function closeDataFolder(dataFolder: string): void {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  if (process.platform === "win32") return;
  const mode = 0o700 | (process.getuid?.() === 0 ? passOnly : 0);
  const wasOpen = (statSync(dataFolder).mode & others & ~(mode & others)) !== 0;
  const { blobs, runs, features, cache, secrets, logs } = dataPaths(dataFolder);
  for (const folder of [secrets, logs, blobs, runs, features, cache]) closeFolder(folder, wasOpen);
  chmodSync(dataFolder, mode);
}

function closeFolder(folder: string, isDeep: boolean): void {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return;
  if (isDeep) {
    for (const { name, parentPath } of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      closeEntry(join(parentPath, name));
    }
  }
  if ((found.mode & others) !== 0) chmodSync(folder, found.mode & 0o700);
}

function closeEntry(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  // Of a file with several names, the others are not ours.
  if (!found || found.isSymbolicLink() || (found.isFile() && found.nlink > 1)) return;
  if ((found.mode & others) !== 0) chmodSync(path, found.mode & 0o700);
}
