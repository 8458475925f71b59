/** The folder in which installed weights are: one folder per entry, with a manifest of what was verified. */
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import type { WeightEntry, WeightFile } from "./catalogue";
import { type DownloadOptions, downloadFile, hashFile } from "./download-file";

/** An entry that is present and was verified when it came. */
export type InstalledWeights = {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  readonly files: readonly InstalledFile[];
};

export type InstalledFile = {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
};

/** In an entry's folder; it comes last, so that what it names is there. */
export const manifestName = "semblance.json";

const manifest = z.object({
  files: z.array(z.object({ path: z.string(), bytes: z.number(), sha256: z.string() })),
});

/** What is installed of an entry under `weightsFolder`, or null where something of it is missing or cut short. */
export async function findInstalledWeights(
  weightsFolder: string,
  name: string,
): Promise<InstalledWeights | null> {
  const folder = join(weightsFolder, name);
  let files: InstalledFile[];
  try {
    ({ files } = JSON.parse(await readFile(join(folder, manifestName), "utf8")));
    for (const { path, bytes } of files) {
      if ((await stat(join(folder, path))).size !== bytes) return null;
    }
  } catch {
    return null;
  }
  return { name, folder, files };
}

/**
 * Downloads what an entry still lacks. Interrupted, a later call goes on where this one ended.
 *
 * @param onProgress over all files of the entry; the total is null while a size is unknown
 * @throws SemblanceError as `downloadFile`
 */
export async function downloadWeights(
  weightsFolder: string,
  entry: WeightEntry,
  options: Omit<DownloadOptions, "bytes" | "sha256" | "onProgress"> & {
    onProgress?: (progress: { file: string; receivedBytes: number; totalBytes: number | null }) => void;
  } = {},
): Promise<InstalledWeights> {
  const folder = join(weightsFolder, entry.name);
  const files: InstalledFile[] = [];
  for (const file of entry.files) {
    const target = join(folder, file.path);
    const present = await verifyPresent(target, file);
    const { bytes, sha256 } =
      present ??
      (await downloadFile(file.url, target, {
        ...options,
        bytes: file.bytes,
        sha256: file.sha256,
        onProgress: (progress) => options.onProgress?.({ file: file.path, ...progress }),
      }));
    files.push({ path: file.path, bytes, sha256 });
  }
  return install(folder, entry.name, files);
}

/** An entry of the catalogue, or one that nobody publishes. */
export type AddedEntry = Pick<WeightEntry, "name" | "title"> & {
  readonly files: readonly (WeightFile | { readonly path: string; readonly sha256: null })[];
};

/**
 * Installs an entry from files that are already on this machine, by copying them.
 *
 * @param source the file, for an entry of one file; else the folder that holds them under their own names
 * @throws SemblanceError `not_found` (naming what is missing), `invalid_file` (another hash than the catalogue's)
 */
export async function addWeights(
  weightsFolder: string,
  entry: AddedEntry,
  source: string,
): Promise<InstalledWeights> {
  const isFolder = await stat(source).then(
    (info) => info.isDirectory(),
    () => {
      throw new SemblanceError("not_found", `${source} does not exist.`, { remedy: "Check the path." });
    },
  );
  if (!isFolder && entry.files.length > 1) {
    throw new SemblanceError("invalid_input", `${entry.title} consists of ${entry.files.length} files.`, {
      remedy: `Name the folder that contains them: ${entry.files.map((file) => file.path).join(", ")}.`,
    });
  }
  const folder = join(weightsFolder, entry.name);
  const files: InstalledFile[] = [];
  for (const file of entry.files) {
    const from = isFolder ? await findInFolder(source, file.path) : source;
    const sha256 = await hashFile(from);
    if (file.sha256 !== null && sha256 !== file.sha256) {
      throw new SemblanceError("invalid_file", `${from} is not ${entry.title}: its SHA-256 is ${sha256}.`, {
        remedy: `Download ${file.url} again; its SHA-256 is ${file.sha256}.`,
      });
    }
    const target = join(folder, file.path);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(from, `${target}.part`);
    await rename(`${target}.part`, target);
    files.push({ path: file.path, bytes: (await stat(target)).size, sha256 });
  }
  return install(folder, entry.name, files);
}

/**
 * Checks that installed files still have the contents that the manifest names, where they were changed after it.
 *
 * @throws SemblanceError `invalid_file` naming one that was replaced
 */
export async function checkUnchanged({ name, folder, files }: InstalledWeights): Promise<void> {
  const manifest = await stat(join(folder, manifestName));
  let isYounger = false;
  for (const { path, sha256 } of files) {
    const file = join(folder, path);
    // Moving a data folder changes this time as well: then the contents are read once.
    if ((await stat(file)).ctimeMs < manifest.mtimeMs) continue;
    isYounger = true;
    if ((await hashFile(file)) === sha256) continue;
    throw new SemblanceError("invalid_file", `${file} was replaced by another file after it was installed.`, {
      remedy: `Install it again: npx semblance weights get ${name}, or weights add ${name} PATH. To try other weights once, name them with an option (--inception, --clip).`,
    });
  }
  // Where the folder cannot be written, the next evaluation looks again.
  if (isYounger) await install(folder, name, files).catch(() => {});
}

/**
 * Installs an entry from a place where another machine has put its installed files.
 *
 * @param fetch writes a file of the entry to a path, whole or not at all; false where there is none
 * @returns null where not all files are there
 * @throws SemblanceError `invalid_file` naming one that is not what its manifest says; as `fetch`
 */
export async function fetchWeights(
  weightsFolder: string,
  name: string,
  fetch: (path: string, target: string) => Promise<boolean>,
): Promise<InstalledWeights | null> {
  const folder = join(weightsFolder, name);
  await mkdir(folder, { recursive: true });
  const draft = join(folder, `${manifestName}.fetched`);
  if (!(await fetch(manifestName, draft))) return null;
  const { files } = manifest.parse(JSON.parse(await readFile(draft, "utf8")));
  await rm(draft);
  for (const { path, sha256 } of files) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    if (!(await fetch(path, target))) return null;
    if ((await hashFile(target)) === sha256) continue;
    await rm(target);
    throw new SemblanceError("invalid_file", `${path} of ${name} is not what another machine installed.`, {
      remedy: `Install it on this machine: npx semblance weights get ${name}, or weights add ${name} PATH.`,
    });
  }
  return install(folder, name, files);
}

/** The file under its path, or by its bare name, as browsers save it. */
async function findInFolder(folder: string, path: string): Promise<string> {
  const candidates = [join(folder, path), join(folder, basename(path))];
  for (const candidate of candidates) {
    if (
      await stat(candidate).then(
        (info) => info.isFile(),
        () => false,
      )
    )
      return candidate;
  }
  const present = (await readdir(folder)).slice(0, 10).join(", ") || "nothing";
  throw new SemblanceError("not_found", `${folder} does not contain ${path}; it contains ${present}.`, {
    remedy: "Put all files of the model into one folder under their own names.",
  });
}

async function verifyPresent(
  path: string,
  { bytes, sha256 }: { bytes: number | null; sha256: string | null },
) {
  const size = await stat(path).then(
    (info) => info.size,
    () => null,
  );
  if (size === null) return null;
  const actual = { bytes: size, sha256: await hashFile(path) };
  if ((bytes === null || bytes === size) && (sha256 === null || sha256 === actual.sha256)) return actual;
  await rm(path);
  return null;
}

async function install(
  folder: string,
  name: string,
  files: readonly InstalledFile[],
): Promise<InstalledWeights> {
  const draft = join(folder, `${manifestName}.part`);
  await writeFile(draft, `${JSON.stringify({ name, files }, null, 2)}\n`);
  await rename(draft, join(folder, manifestName));
  return { name, folder, files };
}
