/** `semblance table`, of folders and of the platform's sample sets, with a CLIP of a few numbers. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { comparesFolders, tableOfFolders, tableOfSampleSets } from "@/cli/comparison-table";
import { followJob } from "@/cli/follow-job";
import { samples } from "@/cli/samples";
import { startImport } from "@/jobs/import-dataset/start";
import { dataPaths } from "@/lib/env";
import { getComparisonTable } from "@/lib/evaluations/get-comparison-table";
import { readTableChoice, tableChoice, writeTableChoice } from "@/lib/evaluations/table-choice";
import { stopQueue } from "@/lib/platform/jobs/queue";
import { storeBlob } from "@/lib/platform/storage/store-blob";
import { withTestDatabase } from "@/tests/database";
import { drawImage } from "@/tests/images";
import { installTinyClip } from "@/tests/install-tiny-clip";

const { db, dataFolder } = await withTestDatabase();
// Before the database is dropped: the hooks run in reverse order.
afterAll(() => stopQueue());

function collector() {
  let text = "";
  return {
    write: (part: string) => {
      text += part;
      return true;
    },
    text: () => text,
  };
}

const real = join(dataFolder, "imports", "real");
const square = async (seed: number, sidePx: number) =>
  sharp(await drawImage(seed))
    .resize(sidePx, sidePx, { fit: "cover" })
    .png()
    .toBuffer();

beforeAll(async () => {
  installTinyClip(dataPaths().weights);
  mkdirSync(real);
  for (let i = 0; i < 4; i++) {
    writeFileSync(join(real, `dog-${i}.png`), await drawImage(i, { widthPx: 320, heightPx: 280 }));
    writeFileSync(join(real, `dog-${i}.txt`), `dog number ${"abcd"[i]}\nanother caption of it`);
  }
});

describe("of folders", () => {
  test("rows of groups, sides as columns, one command", async () => {
    const folders = [];
    for (const [at, sidePx] of [64, 72].entries()) {
      const folder = join(dataFolder, `drawn-${sidePx}`);
      mkdirSync(folder);
      for (let i = 0; i < 4; i++) writeFileSync(join(folder, `${i}.png`), await square(10 + i + at, sidePx));
      folders.push(`20 epochs/original@${sidePx}=${folder}`);
    }
    expect(comparesFolders(real)).toBe(true);
    const output = collector();
    const options = { real, metrics: "fd-clip,nearest-real", format: "json" };
    const code = await tableOfFolders(folders, options, output, collector());
    const table = JSON.parse(output.text());
    expect(code).toBe(0);
    expect(table.columns).toEqual(
      ["fd-clip", "nearest-real"].flatMap((metric) => [64, 72].map((sidePx) => ({ metric, sidePx }))),
    );
    expect(table.rows).toHaveLength(1);
    expect(table.rows[0]).toMatchObject({ group: "20 epochs", name: "original" });
    for (const cell of table.rows[0].cells) {
      expect(cell).toMatchObject({ realCount: 4, generatedCount: 4, value: expect.any(Number) });
      expect(cell.recipe.comparedAt).toMatch(/^centre square, Pillow bicubic (64|72)$/);
    }
  });

  test("images that are too small and missing folders are named", async () => {
    const output = collector();
    const folder = join(dataFolder, "drawn-64");
    expect(await tableOfFolders([`${folder}`], { real, metrics: "fid" }, output, collector())).toBe(1);
    expect(output.text()).toMatch(/^drawn-64 +– +–$/m);
    expect(output.text()).toContain("npx semblance weights get inception");
    await expect(tableOfFolders([], { real }, output, collector())).rejects.toThrow(/at least one folder/);
    await expect(tableOfFolders([folder], { real, format: "word" }, output)).rejects.toThrow(/not a format/);
  });
});

/** A set as a worker would leave it: images of base and upsampler for the first `count` captions. */
async function makeSet(name: string, datasetId: string, models: [string, string | null], count: number) {
  const captions = await db.caption.findMany({
    where: { image: { datasetId }, position: 0 },
    orderBy: { image: { position: "asc" } },
    take: count,
  });
  const image = async (seed: number, sidePx: number) => {
    const bytes = await square(seed, sidePx);
    return (await storeBlob(bytes, { mediaType: "image/png", widthPx: sidePx, heightPx: sidePx })).sha256;
  };
  const drawn = [];
  for (const [i, { id: captionId }] of captions.entries()) {
    drawn.push({
      captionId,
      seed: 0,
      blobSha256: await image(30 + i + name.length, models[1] ? 256 : 64),
      baseSha256: models[1] ? await image(30 + i + name.length, 64) : null,
    });
  }
  return db.sampleSet.create({
    data: {
      name,
      datasetId,
      baseCheckpointId: models[0],
      upsamplerCheckpointId: models[1],
      settings: {},
      state: "SUCCEEDED",
      captionLimit: count,
      requested: count,
      samples: { create: drawn },
    },
  });
}

function makeModel(name: string, part: "BASE" | "UPSAMPLER", more: object = {}) {
  const weights = { blobSha256: "f".repeat(64), format: "x", parameterCount: 1, tensorCount: 1 };
  const options = { image_size: part === "BASE" ? 64 : 256 };
  return db.checkpoint.create({ data: { name, part, options, ...weights, ...more } });
}

describe("of sample sets", () => {
  test("the report's Table 1: scores what is missing, and nothing twice", { timeout: 300_000 }, async () => {
    const { datasetId, jobId } = await startImport({ name: "dogs", source: { kind: "folder", path: real } });
    await followJob(jobId, collector());
    const run = await db.fineTune.create({ data: { name: "run", part: "BASE", datasetId, settings: {} } });
    const [original, tuned] = [
      await makeModel("glide", "BASE"),
      await makeModel("tuned", "BASE", { fineTuneId: run.id, epoch: 5, step: 5 }),
    ];
    const names: string[] = [];
    for (const epoch of [20, 40]) {
      const { id } = await makeModel(`upsampler ${epoch}`, "UPSAMPLER", {
        fineTuneId: run.id,
        epoch,
        step: epoch,
      });
      for (const base of [original, tuned]) {
        const name = `${base.name} with ${epoch}`;
        names.push(name);
        await makeSet(name, datasetId, [base.id, id], 3);
      }
    }
    const latex = collector();
    const options = { real: "dogs", metrics: "fd-clip", format: "latex" };
    expect(await tableOfSampleSets(names, options, latex)).toBe(0);
    expect(latex.text()).toMatch(/^20 upsampler epochs & real \/ original & 4 \/ 3 & (\\textbf\{)?\d/m);
    expect(latex.text()).toMatch(/^ & real \/ fine-tuned & 4 \/ 3 & /m);
    expect(latex.text()).toMatch(/^40 upsampler epochs & real \/ original & /m);
    expect(latex.text()).toContain("CLIP features, 64 px $\\downarrow$ & ");
    const evaluations = await db.evaluation.findMany({
      include: { scores: true },
      orderBy: { createdAt: "asc" },
    });
    expect(evaluations.map(({ sidePx }) => sidePx)).toEqual([64, 256, 64, 256, 64, 256, 64, 256]);
    // The four photographs are read once at each side, by whichever evaluation comes first.
    expect(evaluations.slice(2).every(({ reused }) => reused! >= 4)).toBe(true);
    expect(evaluations.reduce((sum, { computed }) => sum + computed!, 0)).toBeLessThanOrEqual(8 + 8 * 3);

    const again = collector();
    expect(await tableOfSampleSets(names, { ...options, format: "csv" }, again)).toBe(0);
    expect(again.text().trim().split("\n")).toHaveLength(9);
    expect(await db.evaluation.count()).toBe(8);

    const renamed = collector();
    await tableOfSampleSets([`before/first=${names[0]}`], { ...options, format: "text" }, renamed);
    expect(renamed.text()).toMatch(/^before +first +4 \/ 3 +\d/m);
    await expect(tableOfSampleSets(names, { ...options, metrics: "beauty" })).rejects.toThrow(/--metrics/);
    await expect(tableOfSampleSets(["nothing"], options)).rejects.toMatchObject({ code: "not_found" });
  });

  test("a base model's images cannot be compared at 256 px: an empty cell, exit code 1", async () => {
    const { datasetId, baseCheckpointId } = await db.sampleSet.findFirstOrThrow();
    await makeSet("small", datasetId, [baseCheckpointId!, null], 3);
    const output = collector();
    expect(await tableOfSampleSets(["small"], { metrics: "fd-clip" }, output)).toBe(1);
    expect(output.text()).toMatch(/real \/ original +4 \/ 3 +\d\S+ +–$/m);
    await expect(samples("evaluate", "small", { side: 256 })).rejects.toThrow(
      "The images of “small” are 64 px wide and cannot be compared at 256 px.",
    );
  });

  test("an extended set keeps its images, and cannot have more images than there are captions", async () => {
    const set = await db.sampleSet.findFirstOrThrow({ where: { name: "small" } });
    const output = collector();
    await samples("extend", "small", { captions: 9, wait: false }, output);
    expect(await db.sampleSet.findUniqueOrThrow({ where: { id: set.id } })).toMatchObject({
      captionLimit: null,
      requested: 4,
      state: "QUEUED",
    });
    expect(await db.sample.count({ where: { sampleSetId: set.id } })).toBe(3);
    // Its figures are of fewer images than it has now: the table lacks them again.
    const choice = tableChoice.parse({ sets: [{ id: set.id }], metrics: ["fd-clip"], sidesPx: [64] });
    const { missing } = await getComparisonTable(choice, (label) => ({ label, better: "lower" }));
    expect(missing).toEqual([{ sampleSetId: set.id, sidePx: 64, metrics: ["fd-clip"] }]);
    // Figures of all photographs are none of those held out.
    const heldOut = await getComparisonTable({ ...choice, split: "HELD_OUT" }, (label) => ({
      label,
      better: "lower",
    }));
    expect(heldOut.table.rows.flatMap(({ cells }) => cells)).toEqual([]);
    expect(heldOut.table.real).toBe(`held-out images of ${heldOut.dataset.name}`);
    const query = writeTableChoice({ ...choice, captionCategories: ["Kind=a=b", "Kind=cat"] });
    const ofKinds = await getComparisonTable(readTableChoice(query)!, (label) => ({
      label,
      better: "lower",
    }));
    expect(ofKinds.table.rows.flatMap(({ cells }) => cells)).toEqual([]);
    expect(ofKinds.table.real).toBe(`images of Kind=a=b or Kind=cat of ${heldOut.dataset.name}`);
    await expect(samples("extend", "small", {})).rejects.toThrow(/is being drawn/);
    await db.sampleSet.update({ where: { id: set.id }, data: { state: "SUCCEEDED" } });
    await expect(samples("extend", "small", { captions: 3 })).rejects.toThrow(
      "“small” has the first 4 of 4 captions.",
    );
  });
});
