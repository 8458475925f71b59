/** Settings files on the command line: read with the options that replace parts of them, and written. */
import { readFile, stat, writeFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { FineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { SemblanceError } from "@/lib/errors";
import { readSettingsFile } from "@/lib/fine-tunes/settings-file/read-settings-file";
import type { SettingsFile } from "@/lib/fine-tunes/settings-file/settings-file";
import { writeSettingsFile } from "@/lib/fine-tunes/settings-file/write-settings-file";
import { hashFile } from "@/lib/platform/storage/hash-file";
import {
  readSamplesFile,
  type SamplesFile,
  writeSamplesFile,
} from "@/lib/samples/settings-file/samples-file";
import { settingsFileBytes } from "@/lib/settings-files/settings-file-size";
import { formatOfFile } from "@/lib/settings-files/write-document";

type Settings = Readonly<Record<string, unknown>>;

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
  instead: Settings,
  startsElsewhere: boolean,
): Promise<SettingsFile> {
  if (path === undefined) return { settings: {} };
  const given = { settings: instead, ...(startsElsewhere ? { start: undefined } : {}) };
  return readSettingsFile(await readText(path), basename(path), given);
}

/**
 * @param path absent: nothing is read, and the settings are empty
 * @param instead sampling settings that were given as options
 * @throws SemblanceError `not_found` for a file that is not there; as readSamplesFile
 */
export async function openSamplesFile(path: string | undefined, instead: Settings): Promise<SamplesFile> {
  if (path === undefined) return { sampling: {} };
  return readSamplesFile(await readText(path), basename(path), instead);
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

/** Throws as writeNew. */
export async function saveSettingsFile(
  path: string,
  file: SettingsFile & { readonly settings: FineTuneSettings },
): Promise<void> {
  await writeNew(path, writeSettingsFile(file, formatOfFile(path)));
}

/** Throws as writeNew. */
export async function saveSamplesFile(path: string, file: SamplesFile): Promise<void> {
  await writeNew(path, writeSamplesFile(file, formatOfFile(path)));
}

/** @throws SemblanceError `conflict` where the file is there already; as formatOfFile */
async function writeNew(path: string, text: string): Promise<void> {
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

/** A model's file, as a settings file names it. */
export async function describeFile(path: string): Promise<{ name: string; sha256: string }> {
  return { name: basename(path), sha256: await hashFile(resolve(path)) };
}
