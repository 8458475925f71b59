/**
 * Memory of an import, each in a process of its own:
 *
 *   node --import tsx bench/import-memory.ts [COUNT ...]      (default: 1000 10000 100000)
 *
 * The images are PNG files of 64 × 64 pixels with different bytes, each with a text of two captions beside it, in folders
 * of a thousand. All but the last thousand have been looked at before, as if by a worker that was killed, since decoding them
 * may take hours, and takes no memory of the importing process. Database, store and decoding are the import's own; the processes
 * that decode are not counted. Linux only.
 */
import { spawnSync } from "node:child_process";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { crc32 } from "node:zlib";
import sharp from "sharp";
import { importDataset } from "@/lib/datasets/import-dataset";
import { applyMigrations } from "@/lib/platform/database/apply-migrations";
import { db } from "@/lib/platform/database/db";
import { startEmbeddedPostgres, stopEmbeddedPostgres } from "@/lib/platform/database/embedded-postgres";
import { anyFile } from "@/lib/platform/server-files/file-access";

/** Images that are decoded. */
const lookedAt = 1_000;

const [first, ...rest] = process.argv.slice(2);
if (first === "in-this-process") console.log(await measure(Number(rest[0])));
else {
  console.log("| images | before | highest | live at the end | processor time |");
  console.log("| --- | --- | --- | --- | --- |");
  for (const count of first === undefined ? [1_000, 10_000, 100_000] : [first, ...rest]) {
    const script = [fileURLToPath(import.meta.url), "in-this-process", String(count)];
    const { status } = spawnSync(process.execPath, [...process.execArgv, ...script], { stdio: "inherit" });
    if (status !== 0) process.exit(1);
  }
}

/** A row of the table. */
async function measure(count: number): Promise<string> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const folder = await mkdtemp(join(tmpdir(), "semblance-bench-"));
  const data = join(folder, "data");
  try {
    await drawImages(join(folder, "images"), count);
    await mkdir(data, { mode: 0o755 });
    const { url } = await startEmbeddedPostgres(data, { fast: true });
    process.env.DATABASE_URL = url;
    process.env.SEMBLANCE_DATA = data;
    await applyMigrations(url, "prisma/migrations");
    const { id: datasetId } = await db.dataset.create({ data: { name: "measured" } });
    await stage(datasetId, count - lookedAt);
    collect();
    const before = await memoryMb("VmRSS");
    const liveBefore = process.memoryUsage().heapUsed;
    let live = 0;
    const cpu = process.cpuUsage();
    await importDataset(
      { datasetId, source: { kind: "folder", path: join(folder, "images") } },
      {
        access: anyFile,
        onProgress(done, total) {
          if (done !== total) return;
          collect();
          live = process.memoryUsage().heapUsed - liveBefore;
        },
      },
    );
    const { user, system } = process.cpuUsage(cpu);
    const cells = [
      count.toLocaleString("en"),
      `${before.toFixed(0)} MB`,
      `${(await memoryMb("VmHWM")).toFixed(0)} MB`,
      `${(live / 1e6).toFixed(0)} MB`,
      `${((user + system) / 1e6).toFixed(0)} s`,
    ];
    return `| ${cells.join(" | ")} |`;
  } finally {
    await db.$disconnect();
    await stopEmbeddedPostgres(data);
    await rm(folder, { recursive: true, force: true });
  }
}

/** The first images as an import that was broken off has left them. */
async function stage(datasetId: string, count: number): Promise<void> {
  await db.$executeRaw`
    INSERT INTO "StagedImage" (id, "datasetId", position, path, stem, "blobSha256", "sizeBytes", "mediaType", "widthPx", "heightPx",
      captions, remarks)
    SELECT gen_random_uuid(), ${datasetId}::uuid, number, number / 1000 || '/' || number || '.png', number / 1000 || '/' || number,
      encode(sha256(number::text::bytea), 'hex'), 5000, 'image/png', 64, 64,
      jsonb_build_array(
        jsonb_build_object('text', 'a dog, number ' || number || ', on the grass', 'tokenCount', 9),
        jsonb_build_object('text', 'the same dog again', 'tokenCount', 4)
      ), '[]'
    FROM generate_series(0, ${count - 1}::int) AS number`;
}

/** One drawing, with the number of each image in a chunk of text, so that no two files are the same. */
async function drawImages(folder: string, count: number): Promise<void> {
  const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
  const create = { width: 64, height: 64, channels: 3, background: "#888", noise } as const;
  const drawing = await sharp({ create }).png().toBuffer();
  const end = drawing.length - 12;
  for (let index = 0; index < count; index++) {
    const inside = join(folder, String(Math.floor(index / 1000)));
    if (index % 1000 === 0) await mkdir(inside, { recursive: true });
    const png = [drawing.subarray(0, end), textChunk(`number\0${index}`), drawing.subarray(end)];
    await writeFile(join(inside, `${index}.png`), Buffer.concat(png));
    await writeFile(
      join(inside, `${index}.txt`),
      `a dog, number ${index}, on the grass\nthe same dog again\n`,
    );
  }
}

function textChunk(text: string): Buffer {
  const body = Buffer.from(`tEXt${text}`, "latin1");
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(body.length - 4, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}

async function memoryMb(field: "VmRSS" | "VmHWM"): Promise<number> {
  for await (const line of createInterface({ input: createReadStream("/proc/self/status") })) {
    if (line.startsWith(`${field}:`)) return Number(/\d+/.exec(line)![0]) / 1024;
  }
  return Number.NaN;
}
