/**
 * `node --import tsx demo/build/before-and-after.ts`: README's image. One held-out caption per fur colour, and the sample
 * of the first seed before and after fine-tuning; the mark is the attribute reader's.
 */
import { join } from "node:path";
import sharp, { type OverlayOptions } from "sharp";
import { decodeImage } from "@/lib/images/decode-image";
import { readSizePx } from "../fidelity/palette-features";
import { packedFile, readDemoPack } from "../install/pack";
import { worldImage } from "../world/image-sets";
import { openReader } from "./measure-sets";

/** The held-out images whose captions are shown: short captions that name fur and setting, one per colour. */
const indexes = [32, 8, 43, 29, 40];
const rows = [
  { set: "original-64", label: "Before" },
  { set: "tuned-64", label: "After\nfine-tuning" },
] as const;

/** Twice the size at which GitHub shows it. */
const sidePx = 272;
const gapPx = 20;
const labelPx = 176;
const captionPx = 128;
const markPx = 52;
const colours = { paper: "#ffffff", ink: "#1f2328", right: "#1a7f37", wrong: "#cf222e" };

const folder = join(import.meta.dirname, "../pack");
const pack = (await readDemoPack(folder))!;
const reader = await openReader(folder);
const layers: OverlayOptions[] = [];

const columnX = (column: number) => gapPx + labelPx + column * (sidePx + gapPx);
const rowY = (row: number) => gapPx + captionPx + row * (sidePx + gapPx);

for (const [column, index] of indexes.entries()) {
  const { asked, captions } = worldImage("real-held-out", index);
  const caption = captions[0]!.text.replace(asked.fur, `<b>${asked.fur}</b>`);
  layers.push({ input: await textImage(caption, sidePx), left: columnX(column), top: gapPx });
  for (const [row, { set: key }] of rows.entries()) {
    const set = pack.sampleSets.find((one) => one.key === key)!;
    const file = join(folder, packedFile(set, { index, seed: set.settings.firstSeed }).image);
    const { data } = await decodeImage(file, {
      edit: (whole) => whole.resize(readSizePx, readSizePx, { kernel: "cubic" }),
    });
    const [left, top] = [columnX(column), rowY(row)];
    layers.push({
      input: await sharp(file).resize(sidePx, sidePx, { kernel: "cubic" }).toBuffer(),
      left,
      top,
    });
    const inset = sidePx - markPx - 8;
    layers.push({ input: mark(reader.read(data).fur === asked.fur), left: left + inset, top: top + inset });
  }
}
for (const [row, { label }] of rows.entries()) {
  layers.push({ input: await textImage(`<b>${label}</b>`, labelPx), left: gapPx, top: rowY(row) + 8 });
}

const width = columnX(indexes.length);
const height = rowY(rows.length);
const frame = `<svg width="${width}" height="${height}"><rect width="100%" height="100%" rx="24" fill="${colours.paper}"/></svg>`;
await sharp(Buffer.from(frame))
  .composite(layers)
  .png({ palette: true, quality: 95 })
  .toFile(join(import.meta.dirname, "../../docs/images/before-and-after.png"));

/** @param markup Pango's */
function textImage(markup: string, width: number): Promise<Buffer> {
  const text = `<span foreground="${colours.ink}">${markup}</span>`;
  return sharp({ text: { text, width, font: "DejaVu Sans 13", dpi: 144, rgba: true, spacing: 4 } })
    .png()
    .toBuffer();
}

function mark(isRight: boolean): Buffer {
  const path = isRight ? "M14 27 L23 36 L39 18" : "M17 17 L35 35 M35 17 L17 35";
  const fill = isRight ? colours.right : colours.wrong;
  return Buffer.from(
    `<svg width="${markPx}" height="${markPx}"><circle cx="26" cy="26" r="24" fill="${fill}" stroke="white" stroke-width="3"/>` +
      `<path d="${path}" fill="none" stroke="white" stroke-width="6" stroke-linecap="round" stroke-linejoin="round"/></svg>`,
  );
}
