/** Settings files on the command line: read with the options that replace parts of them, and written. */
import { readFile, stat, writeFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { FineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { SemblanceError } from "@/lib/errors";
import { readSettingsFile } from "@/lib/fine-tunes/settings-file/read-settings-file";
import type { SettingsFile } from "@/lib/fine-tunes/settings-file/settings-file";
import { settingsFileBytes } from "@/lib/fine-tunes/settings-file/settings-file-size";
import { formatOfFile, writeSettingsFile } from "@/lib/fine-tunes/settings-file/write-settings-file";

export type SettingsFileOptions = {
  /** File to read settings from; options that are given replace the file's. */
  readonly settings?: string;
  /** File to write the settings to, instead of starting anything. */
  readonly writeSettings?: string;
};

/**
 * @param path absent: nothing is read, and the settings are empty
 * @param instead settings that were given as options
 * @param startsElsewhere whether an option says where training starts
 * @throws SemblanceError `not_found` for a file that is not there; as readSettingsFile
 */
export async function openSettingsFile(
  path: string | undefined,
  instead: Readonly<Record<string, unknown>>,
  startsElsewhere: boolean,
): Promise<SettingsFile> {
  if (path === undefined) return { settings: {} };
  const given = { settings: instead, ...(startsElsewhere ? { start: undefined } : {}) };
  return readSettingsFile(await readText(path), basename(path), given);
}

async function readText(path: string): Promise<string> {
  const file = await stat(resolve(path)).catch(() => null);
  if (!file?.isFile()) {
    throw new SemblanceError("not_found", `There is no settings file ${path}.`, {
      remedy: "--write-settings FILE writes one.",
    });
  }
  // Read whole only where it can be one.
  if (file.size <= settingsFileBytes) return readFile(resolve(path), "utf8");
  throw new SemblanceError("too_large", `${path} is larger than ${settingsFileBytes / 1024} KB.`, {
    remedy: "Settings files are short. Check that this is one.",
  });
}

/**
 * @throws SemblanceError `conflict` where the file is there already; as formatOfFile
 */
export async function saveSettingsFile(
  path: string,
  file: SettingsFile & { readonly settings: FineTuneSettings },
): Promise<void> {
  const text = writeSettingsFile(file, formatOfFile(path));
  try {
    await writeFile(resolve(path), text, { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new SemblanceError("conflict", `${path} is there already.`, {
      remedy: "Give another name, or remove it.",
      cause: error,
    });
  }
}
