/** An import of photographs: every one is decoded, in processes that belong to it, and stored. */
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { importDataset } from "@/lib/datasets/import-dataset";
import { db } from "@/lib/platform/database/db";
import { anyFile } from "@/lib/platform/server-files/file-access";
import { growthRow, memory } from "./growth-row";

/** A folder of folders with so many JPEG files of 64 × 64 pixels and a caption each; no two files are the same. */
async function folderOf(images: number): Promise<{ path: string }> {
  const path = await mkdtemp(join(tmpdir(), "semblance-bench-images-"));
  const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
  const create = { width: 64, height: 64, channels: 3, background: "#888", noise } as const;
  const drawing = await sharp({ create }).jpeg().toBuffer();
  for (let index = 0; index < images; index++) {
    const folder = join(path, String(Math.floor(index / 1000)));
    if (index % 1000 === 0) await mkdir(folder);
    const comment = Buffer.from(`\xff\xfe\0\x08${String(index).padStart(6, "0")}`, "latin1");
    const bytes = Buffer.concat([drawing.subarray(0, 2), comment, drawing.subarray(2)]);
    await writeFile(join(folder, `${index}.jpg`), bytes);
    await writeFile(join(folder, `${index}.txt`), `a dog, number ${index}, on the grass\n`);
  }
  return { path };
}

const importing = growthRow({
  name: "import of a folder",
  size: 10_000,
  unit: "images",
  prepare: folderOf,
  measure: async ({ path }, size, timed) => {
    const { id: datasetId } = await db.dataset.create({ data: { name: `imported ${size}` } });
    const seconds = await timed(() =>
      importDataset({ datasetId, source: { kind: "folder", path } }, { access: anyFile }),
    );
    return { import: seconds, each: (1000 * seconds) / size };
  },
  figures: [{ name: "import", unit: "s", most: 90 }, { name: "each", unit: "ms an image" }, memory(800)],
});

export const importRows = [importing];
