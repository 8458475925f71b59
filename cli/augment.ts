/** `semblance augment`: a contact sheet of images as training with these settings would see them. */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { shortenReport } from "@/lib/datasets/import-report";
import { readImageFolder } from "@/lib/datasets/read-image-folder";
import { preparationLines } from "@/lib/datasets/training/preparation-lines";
import { prepareTrainingImages } from "@/lib/datasets/training/prepare-training-images";
import { drawVersions } from "@/lib/diffusion/training/augmented-versions";
import { SemblanceError } from "@/lib/errors";
import { encodePng } from "@/lib/images/encode-png";
import { drawContactSheet, type SheetRow } from "@/lib/samples/contact-sheet";
import { augmentSettings } from "./augment-settings";
import { readVocabulary } from "./read-vocabulary";
import { givenSettings, parseSettings } from "./setting-options";
import { openSettingsFile } from "./settings-file";

/** Versions of each image. */
const versionCount = 8;

export type AugmentOptions = {
  readonly out?: string;
  readonly images?: string | number;
  readonly size?: string | number;
  readonly language?: string;
  /** A fine-tune's settings file; options that are given replace the file's. */
  readonly settings?: string;
  readonly [setting: string]: unknown;
};

/**
 * @returns the exit code, 0
 * @throws SemblanceError for options out of range, naming them; as openSettingsFile, readImageFolder and drawVersions
 */
export async function augment(
  folder: string,
  options: AugmentOptions = {},
  output: Pick<NodeJS.WriteStream, "write"> = process.stdout,
): Promise<number> {
  const given = givenSettings(augmentSettings, options);
  const file = await openSettingsFile(options.settings, given, false);
  const settings = parseSettings(augmentSettings, { ...file.settings, ...given });
  if (Object.keys(settings.augmentations).length === 0) {
    throw new SemblanceError("invalid_input", "No augmentation is chosen.", {
      remedy:
        'Name some, such as --augmentations "mirror:0.5; rotate:0.3:-10:10", or give a settings file that does.',
    });
  }
  const rowCount = readCount("--images", options.images ?? 4, 50);
  const sizePx = readCount("--size", options.size ?? 64, 1024);
  const { images: found, remarks } = await readImageFolder(resolve(folder));
  for (const { message } of shortenReport(remarks)) output.write(`${message}\n`);
  const { images, ...preparation } = prepareTrainingImages(
    found,
    { ...settings, balanceAttributes: [], balanceStrength: 0 },
    await readVocabulary(options),
  );
  for (const line of preparationLines(preparation, settings)) output.write(`${line}\n`);
  const rows: SheetRow[] = [];
  for (const image of images.slice(0, rowCount)) {
    const { plain, versions } = await drawVersions(image, versionCount, {
      ...settings,
      sizePx,
      place: rows.length,
    });
    rows.push({
      caption: plain.caption,
      images: [plain, ...versions].map((version) => () => encodePng(version.image)),
    });
  }
  const columns = ["original", ...Array.from({ length: versionCount }, (_, number) => String(number + 1))];
  const path = resolve(options.out ?? "augmented.png");
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.partial`, await drawContactSheet(columns, rows));
  await rename(`${path}.partial`, path);
  output.write(`${path}\n`);
  return 0;
}

function readCount(option: string, value: string | number, most: number): number {
  const count = Number(value);
  if (Number.isInteger(count) && count >= 1 && count <= most) return count;
  throw new SemblanceError("invalid_input", `${option} must be a whole number from 1 to ${most}.`);
}
