/** Draws images in rows and named columns as one PNG, as figures in papers show them, with a text before each row. */
import sharp from "sharp";
import { decodeImage, readImageHeader } from "@/lib/images/decode-image";
import { isImageFault } from "@/lib/images/image-fault";
import type { RgbImage } from "@/lib/images/pixels";

const tilePx = 256;
const gapPx = 10;
const marginPx = 24;
const captionWidthPx = 300;
const headHeightPx = 44;
const fontPx = 20;
const lineHeightPx = 27;
/** Mean width of a character, as a part of the font's size: of DejaVu, the widest that a server is likely to have. */
const characterWidth = 0.6;

export type SheetRow = {
  readonly caption: string;
  /** A file of any format that browsers show, read when its turn comes; null leaves the place empty. One per column. */
  readonly images: readonly ((() => Promise<Buffer>) | null)[];
};

/** @returns the PNG's bytes; images are cut to their largest centred square, and one that is damaged leaves its place */
export async function drawContactSheet(
  columns: readonly string[],
  rows: readonly SheetRow[],
): Promise<Buffer> {
  const left = marginPx + captionWidthPx + gapPx;
  const widthPx = left + columns.length * (tilePx + gapPx) - gapPx + marginPx;
  const heightPx = marginPx + headHeightPx + rows.length * (tilePx + gapPx) - gapPx + marginPx;
  const x = (column: number) => left + column * (tilePx + gapPx);
  const y = (row: number) => marginPx + headHeightPx + row * (tilePx + gapPx);

  const tiles = [];
  const unreadable: { left: number; top: number }[] = [];
  for (const [index, { images }] of rows.entries()) {
    for (const [column, read] of images.entries()) {
      const place = { left: x(column), top: y(index) };
      const tile = read === null ? emptyTile : await read().then(toTile).catch(missing);
      if (tile === null) unreadable.push(place);
      const { data, width, height } = tile ?? emptyTile;
      tiles.push({ input: Buffer.from(data), raw: { width, height, channels: 3 as const }, ...place });
    }
  }
  const words = [
    ...unreadable.map(({ left: tileLeft, top }) =>
      text("cannot be read", tileLeft + gapPx, top + tilePx / 2, "Liberation Sans, Arial, sans-serif"),
    ),
    ...columns.map((name, column) =>
      text(fit(name, tilePx), x(column), marginPx + fontPx, "Liberation Sans, Arial, sans-serif"),
    ),
    ...rows.flatMap((row, index) =>
      wrap(row.caption, captionWidthPx).map((line, number) =>
        text(
          line,
          marginPx,
          y(index) + fontPx + number * lineHeightPx,
          "Liberation Serif, Times New Roman, serif",
        ),
      ),
    ),
  ];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">${words.join("")}</svg>`;
  return sharp({ create: { width: widthPx, height: heightPx, channels: 3, background: "#ffffff" } })
    .composite([...tiles, { input: Buffer.from(svg), left: 0, top: 0 }])
    .removeAlpha()
    .png({ compressionLevel: 9 })
    .toBuffer();
}

async function toTile(file: Buffer): Promise<RgbImage> {
  const { widthPx } = await readImageHeader(file);
  return decodeImage(file, {
    edit: (image) =>
      image.resize(tilePx, tilePx, {
        fit: "cover",
        // A base model's 64 pixels are shown as they are, not smoothed into what nobody drew.
        kernel: widthPx < tilePx ? "nearest" : "lanczos3",
      }),
  });
}

const emptyTile: RgbImage = {
  width: tilePx,
  height: tilePx,
  data: Uint8Array.from({ length: tilePx * tilePx * 3 }, (_, i) => [0xeb, 0xee, 0xed][i % 3]!),
};

/** One lost image must not cost the figure; anything else than its own fault does. */
function missing(error: unknown): null {
  if (isImageFault(error)) return null;
  throw error;
}

function text(line: string, x: number, y: number, family: string): string {
  return `<text x="${x}" y="${y}" font-family="${family}" font-size="${fontPx}" fill="#141c1b">${escapeXml(line)}</text>`;
}

function escapeXml(line: string): string {
  // Control characters are not allowed in XML, escaped or not.
  return line
    .replace(/\p{Cc}/gu, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;");
}

function fit(line: string, widthPx: number): string {
  const most = Math.floor(widthPx / (fontPx * characterWidth));
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}

/** Lines of at most `widthPx`; text that does not fit next to the tile ends in an ellipsis. */
function wrap(caption: string, widthPx: number): string[] {
  const most = Math.floor(widthPx / (fontPx * characterWidth));
  const lines: string[] = [];
  let line = "";
  for (const word of caption.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > most) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? fit(word, widthPx) : `${line} ${word}`;
  }
  if (line !== "") lines.push(line);
  const mostLines = Math.floor(tilePx / lineHeightPx);
  return lines.length <= mostLines ? lines : [...lines.slice(0, mostLines - 1), `${lines[mostLines - 1]} …`];
}
