/** The figures of `semblance experiment`: per caption the photograph, the original's image, and the fine-tuned ones'. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { readCaptionList } from "@/lib/datasets/read-caption-file";
import type { CaptionedImage } from "@/lib/diffusion/training/captioned-image";
import { SemblanceError } from "@/lib/errors";
import { decodeImage } from "@/lib/images/decode-image";
import { drawContactSheet, type SheetRow } from "@/lib/samples/contact-sheet";
import { counted } from "@/lib/text/counted";
import { type ExperimentArm, imageStem } from "./experiment-plan";

/** The report's qualitative figures are its figures 4 to 7, and it prints four captions: ours have one caption each. */
const firstFigure = 4;
const figureCount = 4;

/** Rows of the overview that one sheet holds. */
const rowsPerSheet = 16;

/**
 * The images whose captions the figures show: those of the file's lines, else four spread over all.
 *
 * @throws SemblanceError `invalid_input` for a line that is not a photograph's first caption, `not_found` without the file
 */
export async function chooseFigureCaptions(
  images: readonly CaptionedImage[],
  file: string | undefined,
): Promise<CaptionedImage[]> {
  if (file === undefined) {
    const count = Math.min(figureCount, images.length);
    return Array.from({ length: count }, (_, i) => images[Math.floor((i * images.length) / count)]!);
  }
  return (await readCaptionList(file)).map((caption) => {
    const image = images.find(({ captions }) => captions[0] === caption);
    if (image) return image;
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
  images: readonly CaptionedImage[],
  shown: readonly CaptionedImage[],
  seed: number,
): Promise<string[]> {
  // What a reader compares: nothing fine-tuned, everything fine-tuned.
  const compared = arms.filter(({ epochs, name }) => epochs === null || name === "real / fine-tuned");
  const columns = [
    "Real",
    ...compared.map(({ epochs }) =>
      epochs === null ? "Original" : `Tuned, ${counted(epochs, "epoch", "epochs")}`,
    ),
  ];
  const rowOf = (image: CaptionedImage, sidePx: 64 | 256, caption: string): SheetRow => ({
    caption,
    images: [
      sidePx === 64 ? () => reduce(image.path, sidePx) : () => readFile(image.path),
      ...compared.map(({ folder }) => {
        const ending = sidePx === 64 ? "-base.png" : ".png";
        return () => readFile(join(folder, `${imageStem(image, seed)}${ending}`));
      }),
    ],
  });
  const files: string[] = [];
  const write = async (file: string, rows: readonly SheetRow[]) => {
    await writeFile(join(out, file), await drawContactSheet(columns, rows));
    files.push(file);
  };
  for (const [i, image] of shown.entries()) {
    const caption = image.captions[0]!;
    await write(`figure-${firstFigure + i}.png`, [
      rowOf(image, 256, caption),
      rowOf(image, 64, "The same at 64 px, before the upsampler"),
    ]);
  }
  for (let start = 0; start < images.length; start += rowsPerSheet) {
    const rows = images
      .slice(start, start + rowsPerSheet)
      .map((image) => rowOf(image, 256, image.captions[0]!));
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
