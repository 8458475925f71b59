/**
 * How what people wait for grows with a study: each row at its size and at a tenth of it, where ten times as much may
 * take twelve times the processor time.
 *
 * `npm run bench -- growth`, or `node --import tsx bench/growth.ts [--share 0.1] [NAME ...]`: the rows whose names
 * contain one of the words, at a share of their sizes. Linux only.
 */
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { applyMigrations } from "@/lib/platform/database/apply-migrations";
import { db } from "@/lib/platform/database/db";
import { startEmbeddedPostgres, stopEmbeddedPostgres } from "@/lib/platform/database/embedded-postgres";
import { besideRows } from "./growth/beside-results";
import type { Figure, GrowthRow, Timed } from "./growth/growth-row";
import { importRows } from "./growth/imports";
import { jobRows } from "./growth/jobs";
import { listRows } from "./growth/lists";
import { openingRows } from "./growth/opening";
import { highestMemoryMb, processorSeconds } from "./growth/processor-time";
import { atOnceRows } from "./growth/raters-at-once";
import { ratingRows } from "./growth/ratings";
import { sweepRows } from "./growth/sweep";

const mostGrowth = 12;
const rows: readonly GrowthRow[] = [
  ...ratingRows,
  ...openingRows,
  ...importRows,
  ...listRows,
  ...jobRows,
  ...sweepRows,
  ...besideRows,
  ...atOnceRows,
];

const { values, positionals: words } = parseArgs({
  options: { share: { type: "string", default: "1" }, "in-this-process": { type: "string" } },
  allowPositionals: true,
});

type Measured = Readonly<Record<string, number>>;
type Task = { name: string; prepared: unknown; size: number; postgresPid: number };

if (values["in-this-process"] === undefined) await measureAll(Number(values.share));
else {
  const { name, prepared, size, postgresPid } = JSON.parse(values["in-this-process"]) as Task;
  const spent = () => processorSeconds(process.pid) + processorSeconds(postgresPid);
  const timed: Timed = async (work) => {
    const before = spent();
    await work();
    return spent() - before;
  };
  let figures: Measured = {};
  const processor = await timed(async () => {
    figures = await rows.find((row) => row.name === name)!.measure(prepared, size, timed);
  });
  await db.$disconnect();
  console.log(JSON.stringify({ memory: highestMemoryMb(), ...figures, processor }));
}

async function measureAll(share: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "semblance-bench-"));
  const data = join(folder, "data");
  try {
    await mkdir(data, { mode: 0o755 });
    const { url, pid } = await startEmbeddedPostgres(data, { fast: true });
    process.env.DATABASE_URL = url;
    process.env.SEMBLANCE_DATA = data;
    await applyMigrations(url, "prisma/migrations");
    console.log("| what | size | figures | processor | growth |");
    console.log("| --- | --- | --- | --- | --- |");
    const prepared = new Map<string, unknown>();
    for (const row of rows) {
      if (words.length > 0 && !words.some((word) => row.name.includes(word))) continue;
      const size = Math.round(row.size * share);
      const tenth = await measureRow(row, Math.round(size / 10), prepared, pid);
      const whole = await measureRow(row, size, prepared, pid);
      printRow(row, Math.round(size / 10), tenth, null);
      printRow(row, size, whole, whole.processor! / tenth.processor!);
    }
  } finally {
    await db.$disconnect();
    await stopEmbeddedPostgres(data);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Rows that are made in the same way share what they measure. */
async function measureRow(
  row: GrowthRow,
  size: number,
  preparedOf: Map<string, unknown>,
  postgresPid: number,
): Promise<Measured> {
  const key = row.prepare.name === "prepare" ? `${row.name} ${size}` : `${row.prepare.name} ${size}`;
  if (!preparedOf.has(key)) preparedOf.set(key, await row.prepare(size));
  const task: Task = { name: row.name, prepared: preparedOf.get(key), size, postgresPid };
  const { status, stdout } = spawnSync(
    process.execPath,
    [...process.execArgv, fileURLToPath(import.meta.url), ...["--in-this-process", JSON.stringify(task)]],
    { stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`“${row.name}” with ${size} ${row.unit} ended with ${status}.`);
  return JSON.parse(stdout) as Measured;
}

function printRow(row: GrowthRow, size: number, measured: Measured, growth: number | null): void {
  const figures = row.figures.map((figure) => describe(figure, measured[figure.name]!));
  if (growth !== null && growth > mostGrowth) process.exitCode = 1;
  const cells = [
    row.name,
    `${size.toLocaleString("en")} ${row.unit}`,
    figures.join("; "),
    `${measured.processor!.toFixed(1)} s`,
    growth === null ? "" : `${growth.toFixed(1)}x${growth > mostGrowth ? " (NOT LINEAR)" : ""}`,
  ];
  console.log(`| ${cells.join(" | ")} |`);
}

/** A figure with its aim. */
function describe({ name, unit, most, least }: Figure, value: number): string {
  const isMet = value <= (most ?? value) && value >= (least ?? value);
  if (!isMet) process.exitCode = 1;
  const aim = most !== undefined ? `≤ ${most}` : least !== undefined ? `≥ ${least}` : null;
  const shown = `${name} ${value.toPrecision(3).includes("e") ? value.toFixed(0) : value.toPrecision(3)} ${unit}`;
  return aim === null ? shown : `${shown} (${aim}${isMet ? "" : ": NOT MET"})`;
}
