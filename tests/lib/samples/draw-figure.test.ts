import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { storeBlob } from "@/lib/platform/storage/store-blob";
import { drawFigure } from "@/lib/samples/draw-figure";
import type { SampleGrid } from "@/lib/samples/get-sample-grid";
import { withTestDatabase } from "@/tests/database";

await withTestDatabase();

async function plain(colour: string, sidePx: number): Promise<string> {
  const bytes = await sharp({ create: { width: sidePx, height: sidePx, channels: 3, background: colour } })
    .png()
    .toBuffer();
  const { sha256 } = await storeBlob(bytes, { mediaType: "image/png", widthPx: sidePx, heightPx: sidePx });
  return sha256;
}

async function gridOf(caption: string): Promise<SampleGrid> {
  const real = await plain("#ff0000", 400);
  const sample = await plain("#0000ff", 64);
  const set = { name: "fine-tuned" } as SampleGrid["sets"][number];
  return {
    dataset: { id: "1", name: "dogs", captionLanguage: "en" },
    sets: [set, { ...set, name: "not drawn yet" }],
    rows: [
      {
        captionId: "1",
        caption,
        real: { sha256: real, widthPx: 400, heightPx: 400 },
        cells: [[{ seed: 0, sha256: sample, baseSha256: null, origin: null }], []],
      },
    ],
    total: 1,
  };
}

/** Colours along the middle of the only row, from left to right, neighbours of one colour once. */
async function coloursAcross(png: Buffer): Promise<string[]> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const y = info.height - 24 - 100;
  const colours: string[] = [];
  for (let x = 0; x < info.width; x++) {
    const at = (y * info.width + x) * 3;
    const colour = [...data.subarray(at, at + 3)]
      .map((value) => value.toString(16).padStart(2, "0"))
      .join("");
    if (colours.at(-1) !== colour) colours.push(colour);
  }
  return colours;
}

describe("the sample grid as one image", () => {
  it("shows the photograph, then each set's image, with empty places for missing ones", async () => {
    const png = await drawFigure(await gridOf("a brown dog"));
    expect(await coloursAcross(png)).toEqual([
      "ffffff",
      "ff0000",
      "ffffff",
      "0000ff",
      "ffffff",
      "ebeeed",
      "ffffff",
    ]);
  });

  it("leaves a gap for an image that is damaged or lost", async () => {
    const grid = await gridOf("a brown dog");
    const { sha256: damaged } = await storeBlob(Buffer.from("no image"), { mediaType: "image/png" });
    const [row] = grid.rows;
    const rows = [
      { ...row!, real: { ...row!.real!, sha256: damaged } },
      { ...row!, real: { ...row!.real!, sha256: "0".repeat(64) } },
    ];
    expect((await coloursAcross(await drawFigure({ ...grid, rows }))).slice(0, 4)).toEqual([
      "ffffff",
      "ebeeed",
      "ffffff",
      "0000ff",
    ]);
  });

  it("accepts captions of any length with any characters", async () => {
    for (const caption of ["<b>&\"'\u0007 dog", "word ".repeat(400), "x".repeat(500), "", "犬 🐕"]) {
      const { format } = await sharp(await drawFigure(await gridOf(caption))).metadata();
      expect(format).toBe("png");
    }
  });
});
