/** The figures of `semblance experiment`: per caption the photograph, the original's image, and the fine-tuned ones'. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { readCaptionList } from "@/lib/datasets/read-caption-file";
import type { CaptionedPicture } from "@/lib/diffusion/training/captioned-picture";
import { SemblanceError } from "@/lib/errors";
import { decodeImage } from "@/lib/images/decode-image";
import { drawContactSheet, type SheetRow } from "@/lib/samples/contact-sheet";
import { type ExperimentArm, pictureStem } from "./experiment-plan";

/** The report's qualitative figures are its figures 4 to 7, and it prints four captions: ours have one caption each. */
const firstFigure = 4;
const figureCount = 4;

/** Rows of the overview that one sheet holds. */
const rowsPerSheet = 16;

/**
 * The images whose captions the figures show: those of the file's lines, else four spread over all.
 *
 * @throws SemblanceError `invalid_input` for a line that is no photograph's first caption, `not_found` without the file
 */
export async function chooseFigureCaptions(
  pictures: readonly CaptionedPicture[],
  file: string | undefined,
): Promise<CaptionedPicture[]> {
  if (file === undefined) {
    const count = Math.min(figureCount, pictures.length);
    return Array.from({ length: count }, (_, i) => pictures[Math.floor((i * pictures.length) / count)]!);
  }
  return (await readCaptionList(file)).map((caption) => {
    const picture = pictures.find(({ captions }) => captions[0] === caption);
    if (picture) return picture;
    throw new SemblanceError(
      "invalid_input",
      `${file}: “${caption}” is not the first caption of any photograph.`,
      {
        remedy:
          "Figures can only show captions with samples, which are the first line of each photograph's .txt.",
      },
    );
  });
}

/**
 * Writes figure-4.png and following, one caption each at 64 and 256 px, and sheets of all captions at 256 px.
 *
 * @returns the files' names
 */
export async function drawExperimentFigures(
  out: string,
  arms: readonly ExperimentArm[],
  pictures: readonly CaptionedPicture[],
  shown: readonly CaptionedPicture[],
  seed: number,
): Promise<string[]> {
  // What a reader compares: nothing fine-tuned, everything fine-tuned.
  const compared = arms.filter(({ epochs, name }) => epochs === null || name === "real / fine-tuned");
  const columns = [
    "Real",
    ...compared.map(({ epochs }) => (epochs === null ? "Original" : `Tuned, ${epochs} epochs`)),
  ];
  const rowOf = (picture: CaptionedPicture, sidePx: 64 | 256, caption: string): SheetRow => ({
    caption,
    pictures: [
      sidePx === 64 ? () => reduce(picture.path, sidePx) : () => readFile(picture.path),
      ...compared.map(({ folder }) => {
        const ending = sidePx === 64 ? "-base.png" : ".png";
        return () => readFile(join(folder, `${pictureStem(picture, seed)}${ending}`));
      }),
    ],
  });
  const files: string[] = [];
  const write = async (file: string, rows: readonly SheetRow[]) => {
    await writeFile(join(out, file), await drawContactSheet(columns, rows));
    files.push(file);
  };
  for (const [i, picture] of shown.entries()) {
    const caption = picture.captions[0]!;
    await write(`figure-${firstFigure + i}.png`, [
      rowOf(picture, 256, caption),
      rowOf(picture, 64, "The same at 64 px, before the upsampler"),
    ]);
  }
  for (let start = 0; start < pictures.length; start += rowsPerSheet) {
    const rows = pictures
      .slice(start, start + rowsPerSheet)
      .map((picture) => rowOf(picture, 256, picture.captions[0]!));
    await write(`all-captions-${start / rowsPerSheet + 1}.png`, rows);
  }
  return files;
}

/** A photograph's largest centred square in so few pixels as the base model has, as PNG. */
async function reduce(path: string, sidePx: number): Promise<Buffer> {
  const { data, width, height } = await decodeImage(path, {
    edit: (image) => image.resize(sidePx, sidePx, { fit: "cover" }),
  });
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}
