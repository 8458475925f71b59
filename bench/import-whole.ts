/**
 * Time and memory of a whole import and of the exports of what it brought, each in a process of its own:
 *
 *   node --import tsx bench/import-whole.ts [COUNT]      (default: 10000)
 *
 * The images are JPEG files of 64 × 64 pixels with different bytes and a caption each: as one WebDataset tar, the same packed by gzip,
 * and as a folder of folders. Everything is done as by a worker: each image is decoded in a process of its own kind and stored, synced to the disk. Of
 * processor time, all processes count. Linux only.
 */
import { spawnSync } from "node:child_process";
import { createWriteStream, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createGzip } from "node:zlib";
import sharp from "sharp";
import { pack } from "tar-stream";
import { exportFile } from "@/lib/datasets/export-images";
import { exportedImages } from "@/lib/datasets/exported-images";
import { importDataset } from "@/lib/datasets/import-dataset";
import { applyMigrations } from "@/lib/platform/database/apply-migrations";
import { db } from "@/lib/platform/database/db";
import { startEmbeddedPostgres, stopEmbeddedPostgres } from "@/lib/platform/database/embedded-postgres";
import { anyFile } from "@/lib/platform/server-files/file-access";

const sources = ["tar", "tar.gz", "folder"] as const;
const layouts = ["webdataset", "parquet", "imagefolder"] as const;
/** A zip file holds no more. */
const mostInZip = 65_000;

const [first, ...rest] = process.argv.slice(2);
if (first === "in-this-process") await measure(rest[0] as (typeof sources)[number], Number(rest[1]));
else {
  console.log(
    "| what | images | clock | processor time: itself | decoders | database | highest memory: itself | a decoder |",
  );
  console.log("| --- | --- | --- | --- | --- | --- | --- | --- |");
  for (const source of sources) {
    const script = [fileURLToPath(import.meta.url), "in-this-process", source, first ?? "10000"];
    const { status } = spawnSync(process.execPath, [...process.execArgv, ...script], { stdio: "inherit" });
    if (status !== 0) process.exit(1);
  }
}

async function measure(source: (typeof sources)[number], count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "semblance-bench-"));
  const data = join(folder, "data");
  try {
    const path = join(folder, source === "folder" ? "images" : `images.${source}`);
    await (source === "folder" ? writeFolder(path, count) : writeTar(path, count));
    await mkdir(data, { mode: 0o755 });
    const { url, pid: database } = await startEmbeddedPostgres(data);
    process.env.DATABASE_URL = url;
    process.env.SEMBLANCE_DATA = data;
    await applyMigrations(url, "prisma/migrations");
    const { id: datasetId } = await db.dataset.create({ data: { name: "measured" } });
    await report(`import of a ${source}`, database, async () => {
      const input = { datasetId, source: { kind: "folder" as const, path } };
      return (await importDataset(input, { access: anyFile })).imageCount;
    });
    if (source !== "tar") return;
    for (const layout of layouts) {
      if (layout === "imagefolder" && count > mostInZip) continue;
      await report(`export as ${layout}`, database, () =>
        exportFile(exportedImages(datasetId), layout, join(folder, layout)),
      );
    }
  } finally {
    await db.$disconnect();
    await stopEmbeddedPostgres(data);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Prints a row of the table. @param database process id of its server */
async function report(what: string, database: number, run: () => Promise<number>): Promise<void> {
  // Linux forgets the highest value so far.
  await writeFile("/proc/self/clear_refs", "5");
  const [own, of] = [processorSeconds(process.pid, false), processorSeconds(database, true)];
  const all = processorSeconds(process.pid, true, database);
  const start = performance.now();
  const count = await run();
  const clock = (performance.now() - start) / 1000;
  const ownS = processorSeconds(process.pid, false) - own;
  const cells = [
    what,
    count.toLocaleString("en"),
    `${clock.toFixed(0)} s`,
    `${ownS.toFixed(1)} s`,
    `${(processorSeconds(process.pid, true, database) - all - ownS).toFixed(1)} s`,
    `${(processorSeconds(database, true) - of).toFixed(1)} s`,
    `${highestMb(process.pid).toFixed(0)} MB`,
    `${Math.max(
      0,
      ...childrenOf(process.pid)
        .filter((pid) => pid !== database)
        .map(highestMb),
    ).toFixed(0)} MB`,
  ];
  console.log(`| ${cells.join(" | ")} |`);
}

function statOf(pid: number): string[] {
  // What is before the bracket may contain spaces.
  return readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]!.split(" ");
}

function childrenOf(parent: number): number[] {
  return readdirSync("/proc").flatMap((name) => {
    try {
      return /^\d+$/.test(name) && Number(statOf(Number(name))[1]) === parent ? [Number(name)] : [];
    } catch {
      // Ended in the meantime.
      return [];
    }
  });
}

/** @param withChildren those that have ended included */
function processorSeconds(pid: number, withChildren: boolean, except?: number): number {
  const [user, system, childUser, childSystem] = statOf(pid).slice(11, 15).map(Number);
  const own = (user! + system!) / 100;
  if (!withChildren) return own;
  const living = childrenOf(pid).filter((child) => child !== except);
  return living.reduce(
    (sum, child) => sum + processorSeconds(child, true),
    own + (childUser! + childSystem!) / 100,
  );
}

function highestMb(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "latin1"))![1]) / 1024;
}

async function* files(count: number): AsyncGenerator<{ name: string; bytes: Buffer }> {
  const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
  const create = { width: 64, height: 64, channels: 3, background: "#888", noise } as const;
  const drawing = await sharp({ create }).jpeg().toBuffer();
  for (let index = 0; index < count; index++) {
    const key = `${String(Math.floor(index / 1000)).padStart(3, "0")}/${String(index).padStart(6, "0")}`;
    // A comment, so that no two files are the same.
    const comment = Buffer.from(`\xff\xfe\0\x08${String(index).padStart(6, "0")}`, "latin1");
    yield {
      name: `${key}.jpg`,
      bytes: Buffer.concat([drawing.subarray(0, 2), comment, drawing.subarray(2)]),
    };
    yield { name: `${key}.txt`, bytes: Buffer.from(`a dog, number ${index}, on the grass\n`) };
  }
}

async function writeTar(path: string, count: number): Promise<void> {
  const archive = pack();
  const packers = path.endsWith(".gz") ? [createGzip()] : [];
  const written = pipeline([Readable.from(archive), ...packers, createWriteStream(path)]);
  for await (const { name, bytes } of files(count)) {
    await new Promise<void>((resolve, reject) => {
      archive.entry({ name }, bytes, (error) => (error ? reject(error) : resolve()));
    });
  }
  archive.finalize();
  await written;
}

async function writeFolder(path: string, count: number): Promise<void> {
  for await (const { name, bytes } of files(count)) {
    if (name.endsWith("000.jpg")) await mkdir(join(path, name.slice(0, 3)), { recursive: true });
    await writeFile(join(path, name), bytes);
  }
}
