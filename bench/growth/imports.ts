/** An import of photographs: every one is decoded, in processes that belong to it, and stored. */
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { importDataset } from "@/lib/datasets/import-dataset";
import { db } from "@/lib/platform/database/db";
import { anyFile } from "@/lib/platform/server-files/file-access";
import { growthRow, memory } from "./growth-row";

/** A folder of folders with so many JPEG files and a caption each; no two files are the same. @param sidePx of the images */
async function folderOf(images: number, sidePx: number): Promise<{ path: string }> {
  const path = await mkdtemp(join(tmpdir(), "semblance-bench-images-"));
  const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
  const create = { width: sidePx, height: sidePx, channels: 3, background: "#888", noise } as const;
  const drawing = await sharp({ create }).blur(1.5).jpeg().toBuffer();
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

/** Two cores have 90 s for it, if they do nothing else. */
const mostSeconds = 2 * 90;

const importing = (sidePx: number) =>
  growthRow({
    name: `import of a folder, ${sidePx} × ${sidePx} pixels`,
    size: 10_000,
    unit: "images",
    prepare: (images) => folderOf(images, sidePx),
    measure: async ({ path }, size, timed) => {
      const { id: datasetId } = await db.dataset.create({ data: { name: `imported ${sidePx} ${size}` } });
      const before = process.cpuUsage();
      const seconds = await timed(() =>
        importDataset({ datasetId, source: { kind: "folder", path } }, { access: anyFile }),
      );
      const { user, system } = process.cpuUsage(before);
      const own = (user + system) / 1e6;
      const [each, importer] = [seconds, own].map((all) => (1000 * all) / size);
      return { import: seconds, each: each!, importer: importer! };
    },
    figures: [
      { name: "import", unit: "s", most: mostSeconds },
      { name: "each", unit: "ms an image" },
      { name: "importer", unit: "ms of them in the importing process" },
      memory(800),
    ],
  });

export const importRows = [importing(64), importing(512)];
