/** `semblance heat-map`: draws where each word of a caption is found in an image. */
import { writeFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import sharp from "sharp";
import { dataPaths } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { decodeImage } from "@/lib/images/decode-image";
import type { RgbImage } from "@/lib/images/pixels";
import {
  groundCaption,
  openGroundingNetwork,
  releaseGroundingNetwork,
} from "@/lib/metrics/grounding/ground-captions";
import { locateFeatures } from "@/lib/metrics/inputs/locate-features";
import { heatColour, heatMapCells, type WordHeatMap } from "@/lib/metrics/scores/heat-map";
import { counted } from "@/lib/text/counted";

export type HeatMapOptions = {
  image: string;
  caption?: string;
  /** The .png to write. */
  out?: string;
  /** Another CLIP in place of the installed ViT-B/32: a folder, or an id on the Hugging Face hub. */
  clip?: string;
  /** Print the map itself as JSON. */
  json?: boolean;
  /** Where weights are; default: the data folder's. */
  weightsFolder?: string;
};

/** Lengths in pixels. */
const tile = { longSide: 240, label: 44, gap: 16, perRow: 4 };
const legendHeight = 48;
const fontFamily = "DejaVu Sans, Liberation Sans, Arial, sans-serif";

/**
 * Writes one copy of the image for each word, the word's patches coloured over it and the best one framed.
 *
 * @returns the exit code, 0
 * @throws SemblanceError `invalid_input` (missing option, caption without words), `missing_weights`, and as
 * `decodeImage` and `openGroundingNetwork`
 */
export async function heatMap(
  options: HeatMapOptions,
  output: Pick<NodeJS.WriteStream, "write"> = process.stdout,
): Promise<number> {
  const { caption, out, json = false } = options;
  if (!caption || (!out && !json)) {
    throw new SemblanceError("invalid_input", "A caption and an output file are needed.", {
      remedy: "Write: semblance heat-map IMAGE --caption TEXT --out FILE.png.",
    });
  }
  const image = await decodeImage(options.image);
  const { clip } = await locateFeatures(
    { network: "clip", weights: "clip-vit-b-32", framing: "resize-crop" },
    {
      weightsFolder: options.weightsFolder ?? dataPaths().weights,
      replacements: { "clip-vit-b-32": options.clip },
      readTensors: async () => new Map(),
      provider: "cpu",
    },
  );
  const network = await openGroundingNetwork(clip!);
  let map: WordHeatMap;
  try {
    map = await groundCaption(network, image, caption);
  } finally {
    await releaseGroundingNetwork(network);
  }
  if (out) await writeFile(out, await drawHeatMap(map, image));
  if (json) output.write(`${JSON.stringify(map)}\n`);
  else {
    const grid = `${map.gridWidth} × ${map.gridHeight} patches`;
    output.write(
      `${resolve(out!)} shows ${counted(map.words.length, "word", "words")} over ${basename(options.image)}, ${grid}.\n`,
    );
  }
  return 0;
}

/** The sheet as PNG: a tile with its label for each word, and the legend below. */
export async function drawHeatMap(map: WordHeatMap, image: RgbImage): Promise<Buffer> {
  const scale = tile.longSide / Math.max(image.width, image.height);
  const [width, height] = [image.width, image.height].map((side) => Math.max(1, Math.round(side * scale)));
  const columns = Math.min(tile.perRow, map.words.length);
  const rows = Math.ceil(map.words.length / columns);
  const cellWidth = Math.max(width!, 160) + tile.gap;
  const cellHeight = height! + tile.label + tile.gap;
  const sheet = {
    width: Math.max(columns * cellWidth + tile.gap, 2 * tile.gap + 2 * 160),
    height: rows * cellHeight + tile.gap + legendHeight,
  };
  const small = await sharp(image.data, {
    raw: { width: image.width, height: image.height, channels: 3 },
  })
    .resize(width!, height!, { fit: "fill" })
    .png()
    .toBuffer();
  const places = map.words.map((_, word) => ({
    left: tile.gap + (word % columns) * cellWidth,
    top: tile.gap + Math.floor(word / columns) * cellHeight + tile.label,
  }));
  const overlay = map.words
    .map((word, at) => drawWord(map, word, at, places[at]!, { width: width!, height: height! }))
    .join("");
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${sheet.width}" height="${sheet.height}" ` +
    `font-family="${fontFamily}">${overlay}${drawLegend(sheet.height - legendHeight)}</svg>`;
  return sharp({ create: { ...sheet, channels: 3, background: "#ffffff" } })
    .composite([
      ...places.map((place) => ({ input: small, ...place })),
      { input: Buffer.from(svg), left: 0, top: 0 },
    ])
    .removeAlpha()
    .png()
    .toBuffer();
}

function drawWord(
  map: WordHeatMap,
  word: string,
  at: number,
  { left, top }: { left: number; top: number },
  size: { width: number; height: number },
): string {
  const cells = heatMapCells(map, at, size);
  const rectangle = ({ x, y, width, height }: (typeof cells)[number], style: string) =>
    `<rect x="${left + x * size.width}" y="${top + y * size.height}" width="${width * size.width}" ` +
    `height="${height * size.height}" ${style}/>`;
  const best = cells.find((cell) => cell.best)!;
  return (
    `<text x="${left}" y="${top - 24}" font-size="18" font-weight="bold" fill="#111111">${escapeXml(shorten(word))}</text>` +
    `<text x="${left}" y="${top - 7}" font-size="12" fill="#444444">best patch ${best.similarity.toFixed(3)}</text>` +
    cells.map((cell) => rectangle(cell, `fill="${cell.colour}" fill-opacity="0.6"`)).join("") +
    // White within black: seen on every background.
    rectangle(best, 'fill="none" stroke="#000000" stroke-width="4"') +
    rectangle(best, 'fill="none" stroke="#ffffff" stroke-width="2"')
  );
}

function drawLegend(top: number): string {
  const steps = 32;
  const stepWidth = 5;
  const bar = Array.from(
    { length: steps },
    (_, i) =>
      `<rect x="${tile.gap + i * stepWidth}" y="${top}" width="${stepWidth + 0.5}" height="12" fill="${heatColour(i / (steps - 1))}"/>`,
  ).join("");
  return `${bar}<text x="${tile.gap}" y="${top + 30}" font-size="12" fill="#444444">least to most similar patch of each word; framed: the best</text>`;
}

function shorten(word: string): string {
  return word.length > 16 ? `${word.slice(0, 15)}…` : word;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
