/** `semblance runs`: what it prints and writes. */
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { beforeAll, expect, test } from "vitest";
import { fineTune } from "@/cli/fine-tune";
import { type RunsOptions, runs } from "@/cli/runs";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { withTestDatabase } from "@/tests/database";
import { storedCheckpoint } from "@/tests/stored-checkpoint";

const { db } = await withTestDatabase();

beforeAll(async () => {
  const { id: datasetId } = await db.dataset.create({ data: { name: "dogs", state: "READY" } });
  for (const [name, learningRate] of [
    ["first", 1e-4],
    ["second", 3e-4],
  ] as const) {
    await db.fineTune.create({
      data: {
        name,
        part: "BASE",
        datasetId,
        settings: fineTuneSettings.parse({ learningRate }),
        step: 2,
        totalSteps: 2,
        finalLoss: 1 / 3,
        losses: {
          create: [1, 2].map((step) => ({ step, loss: 0.5 / step, gradientNorm: 1, learningRate })),
        },
      },
    });
  }
});

async function print(verb: string, names: string[], options?: RunsOptions): Promise<string> {
  let text = "";
  await runs(verb, names, options, {
    write: (piece) => {
      text += piece;
      return true;
    },
  });
  return text;
}

test("the text of a comparison marks what differs", async () => {
  const lines = (await print("compare", ["first", "second"])).split("\n");
  expect(lines[0]).toMatch(/first\s+second$/);
  expect(lines.find((line) => line.includes("Learning rate "))).toMatch(
    /^\* +Learning rate +0[.]0001 +0[.]0003$/,
  );
  expect(lines.find((line) => line.includes("Batch size"))).toMatch(/^ +Batch size +4 +4$/);
  expect(lines.find((line) => line.includes("Final loss"))).toMatch(/^ +Final loss +0[.]33333 +0[.]33333$/);
});

test("CSV and JSON hold the same rows", async () => {
  const rows: string[][] = parse(await print("compare", ["first", "second"], { format: "csv" }));
  expect(rows[0]).toEqual(["kind", "name", "differs", "first", "second"]);
  expect(rows).toContainEqual(["setting", "Learning rate", "yes", "0.0001", "0.0003"]);
  const json = JSON.parse(await print("compare", ["first", "second"], { format: "json" }));
  expect(
    json.runs.map(({ settings }: { settings: { learningRate: number } }) => settings.learningRate),
  ).toEqual([1e-4, 3e-4]);
  expect(json.settings).toHaveLength(rows.filter(([kind]) => kind === "setting").length);
});

test("curves are printed or written, event files written into a folder per run", async () => {
  const folder = await mkdtemp(join(tmpdir(), "semblance-runs-"));
  const text = await print("curves", ["first"]);
  expect(text.split("\n")[1]).toMatch(/^1,0[.]5,,+1,0[.]0001,+$/);
  await print("curves", ["first"], { out: join(folder, "deep", "first.csv") });
  expect(await readFile(join(folder, "deep", "first.csv"), "utf8")).toBe(text);
  const paths = (await print("tensorboard", ["first", "second"], { out: folder })).trim().split("\n");
  expect(paths.map((path) => path.replace(/[.]\d{10}[.]/, "."))).toEqual(
    ["first", "second"].map((name) => join(folder, name, `events.out.tfevents.${name}`)),
  );
  expect((await readFile(paths[0]!)).subarray(12, 60).includes("brain.Event:2")).toBe(true);
});

test("tags and notes are set apart from each other, and runs found, sorted and listed by them", async () => {
  await print("note", ["first", "second"], { tags: "Small, base" });
  await print("note", ["second"], { notes: "Learns fur." });
  await db.fineTune.updateMany({ where: { name: "second" }, data: { finalLoss: 0.25, durationSeconds: 90 } });
  const lines = (await print("list", [], { search: "small", sort: "finalLoss", ascending: true })).split(
    "\n",
  );
  expect(lines[0]).toMatch(/^name +state +dataset +final loss +validation +duration +tags *$/);
  expect(lines[1]).toMatch(/^second +queued +dogs +0[.]2500 +– +2 min +base, small *$/);
  expect(lines[2]).toMatch(/^first +queued +dogs +0[.]3333 +– +– +base, small *$/);
  expect((await print("list", [], { search: "fur" })).trim().split("\n")).toHaveLength(2);
  const shown: string[] = [];
  await fineTune("show", "second", {}, { write: (text) => shown.push(String(text)) > 0 });
  expect(shown.join("")).toMatch(/\ntags: base, small\nLearns fur[.]\nloss 0[.]2500,/);
  await print("note", ["second"], { tags: "" });
  expect(await db.fineTune.findFirst({ where: { name: "second" } })).toMatchObject({
    tags: [],
    notes: "Learns fur.",
  });
});

test("archive and restore take several runs", async () => {
  await print("archive", ["first", "second"]);
  expect(await print("list", [], { archived: true })).toContain("second");
  expect(await print("list", [])).not.toContain("second");
  expect(await db.fineTune.count({ where: { archivedAt: null } })).toBe(0);
  await print("restore", ["first", "second"]);
  expect(await db.fineTune.count({ where: { archivedAt: null } })).toBe(2);
});

test("a run that starts from a model has no size of a new one", async () => {
  const { id } = await db.checkpoint.create({ data: { ...storedCheckpoint, name: "glide" } });
  await db.fineTune.updateMany({ where: { name: "second" }, data: { startCheckpointId: id } });
  const lines = (await print("compare", ["first", "second"])).split("\n");
  expect(lines.find((line) => line.includes(" Size "))).toMatch(/^\* +Size +Tiny +—$/);
  expect(lines.find((line) => line.includes(" Start "))).toMatch(/^\* +Start +from scratch +glide$/);
});

test.each([
  ["compare", ["first"], {}, "A comparison needs at least two runs."],
  ["compare", ["first", "first"], {}, "A comparison needs at least two runs."],
  ["compare", ["first", "third"], {}, "There is no fine-tune “third”."],
  ["compare", ["first", "second"], { format: "xml" }, '"xml" is not a format.'],
  ["curves", ["first", "second"], {}, "A file holds the curves of one run."],
  ["draw", ["first"], {}, "semblance runs has no action “draw”."],
  ["archive", [], {}, "Name a fine-tune."],
  ["note", ["first"], {}, "There is nothing to note."],
  ["note", ["first"], { tags: "a".repeat(41) }, "A tag has at most 40 characters."],
  ["list", ["first"], {}, "list takes no name, such as “first”."],
  ["list", [], { sort: "loss" }, "Runs cannot be sorted by “loss”."],
])("%s %j with %j is refused in words", async (verb, names, options, message) => {
  await expect(print(verb, names, options)).rejects.toThrow(message);
});
