/** Settings files of samples as they are typed, on a real database. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compute } from "@/lib/computations/read-samples-file";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { samplesFileOf } from "@/lib/samples/settings-file/sample-set-file";
import { withTestDatabase } from "@/tests/database";
import { storedCheckpoint } from "@/tests/stored-checkpoint";
import { catchPrinted, printed, semblance } from "./typed-command";

const { db, dataFolder } = await withTestDatabase();
catchPrinted();

const dataset = await db.dataset.create({
  data: {
    name: "dogs",
    state: "READY",
    images: {
      create: [0, 1].map((position) => ({
        stem: `${position}`,
        position,
        captions: { create: { position: 0, text: `dog ${position}`, tokenCount: 2 } },
      })),
    },
  },
});
const base = await db.checkpoint.create({ data: { ...storedCheckpoint, name: "glide" } });
const adapter = { rank: 2, alpha: 2, sizes: {}, parameterCount: 1n };
for (const [name, digit] of [
  ["fur", "b"],
  ["snow", "c"],
] as const)
  await db.adapter.create({ data: { ...adapter, name, blobSha256: digit.repeat(64) } });
const file = (name: string) => join(dataFolder, name);
const draw = (...words: string[]) => semblance("samples", "draw", ...words);
const whose = ["--dataset", "dogs", "--base", "glide"];
const newest = () =>
  db.sampleSet.findFirstOrThrow({ orderBy: { createdAt: "desc" }, include: { adapters: true } });

test("a set's settings draw the same set again, and options replace parts of them", async () => {
  const asked = ["--sampler", "ddim", "--eta", "0.5", "--captions", "1", "--lora", "fur", "--lora", "snow"];
  const scales = ["--lora-scale", "0.8", "--lora-scale", "-1"];
  expect(await draw("first", ...whose, ...asked, ...scales, "--write-settings", file("first.yaml"))).toBe(0);
  expect(await db.sampleSet.count()).toBe(0);
  expect(readFileSync(file("first.yaml"), "utf8")).toMatch(
    /adapters:\n {2}- name: fur\n {4}sha256: b{64}\n {4}scale: 0.8\n/,
  );
  expect(await draw("first", ...whose, "--write-settings", file("first.yaml"))).toBe(2);
  expect(printed.errors).toContain("is there already");

  expect(await draw("--settings", file("first.yaml"), "--no-wait")).toBe(0);
  const first = await newest();
  const settings = sampleSettings.parse({ sampler: "ddim", eta: 0.5 });
  expect(first).toMatchObject({ name: "first", baseCheckpointId: base.id, captionLimit: 1, settings });
  expect(first.adapters.map(({ scale }) => scale).sort()).toEqual([-1, 0.8]);
  // As the page of the set has it.
  expect(await samplesFileOf(first.id)).toMatchObject({
    dataset: { name: "dogs", revision: 1 },
    adapters: [
      { name: "fur", scale: 0.8 },
      { name: "snow", scale: -1 },
    ],
    sampling: settings,
  });

  const replaced = ["--steps", "9", "--captions", "2", "--lora", "snow"];
  expect(await draw("second", "--settings", file("first.yaml"), ...replaced, "--no-wait")).toBe(0);
  expect(await newest()).toMatchObject({
    name: "second",
    captionLimit: 2,
    settings: { ...settings, steps: 9 },
    adapters: [{ scale: 1 }],
  });
});

test("what a file names must be here, and be what it was", async () => {
  const refused = async (text: string) => {
    printed.errors = "";
    writeFileSync(file("bad.yaml"), text);
    expect(await draw("third", "--settings", file("bad.yaml"), "--no-wait")).toBe(2);
    return printed.errors;
  };
  const start = "version: 1\nsampling: {}\ndataset: {name: dogs}\n";
  expect(await refused(`${start}base: {name: glyde}\n`)).toContain("The nearest name is “glide”.");
  const weights = `{name: glide, sha256: ${"d".repeat(64)}}`;
  expect(await refused(`${start}base: ${weights}\n`)).toContain("“glide” has other weights");
  expect(await refused(`${start}base: {name: glide}\nadapters: [{name: fir}]\n`)).toContain(
    "no adapter “fir”",
  );
  expect(await refused(`${start}base: {name: glide}\nmasks: {name: boxes}\n`)).toContain(
    "no set of masks “boxes”",
  );
  expect(await db.sampleSet.count({ where: { name: "third" } })).toBe(0);
});

test("a form is filled in with what is here, and says what is not", async () => {
  const said = { version: 1, dataset: { name: "dags" }, base: { name: "glide" }, sampling: { steps: 3 } };
  const text = JSON.stringify({ ...said, compare: { clipScales: [3, 10] } });
  const read = (isComparison: boolean) => compute({ text, name: "set.json", isComparison });
  expect(await read(true)).toEqual({
    values: { baseCheckpointId: base.id, settings: { steps: 3 }, compare: { clipScales: [3, 10] } },
    doubts: ["There is no dataset “dags” here. The nearest name is “dogs”."],
  });
  expect((await read(false)).doubts[1]).toContain("open it under Compare guidances");
});

test("a comparison of guidances is started from a file, and written as one", async () => {
  const compare = (...words: string[]) => semblance("samples", "compare-guidance", ...words);
  const scales = ["--classifier-free-scales", "1.5,3", "--fidelity", "fd-demo"];
  expect(await compare("figure 2", ...whose, ...scales, "--write-settings", file("figure.json"))).toBe(0);
  const written = JSON.parse(readFileSync(file("figure.json"), "utf8"));
  expect(written.compare).toMatchObject({
    classifierFreeScales: [1.5, 3],
    fidelity: "fd-demo",
    unguided: true,
  });
  expect(written.sampling).not.toHaveProperty("guidance");
  expect(await draw("--settings", file("figure.json"))).toBe(2);
  expect(printed.errors).toContain("describes a comparison of guidances");
  const options = ["--no-unguided", "--no-wait"];
  expect(await compare("--settings", file("figure.json"), ...options)).toBe(0);
  const sets = await db.sampleSet.findMany({ where: { name: { startsWith: "figure 2" } } });
  expect(sets.map(({ settings }) => (settings as { guidanceScale: number }).guidanceScale).sort()).toEqual([
    1.5, 3,
  ]);
  expect(sets.every(({ datasetId }) => datasetId === dataset.id)).toBe(true);
});

test("sample takes the settings, and no other weights than those of the file", async () => {
  writeFileSync(file("base.pt"), "no weights");
  const words = ["sample", "--base", file("base.pt"), "--settings"];
  writeFileSync(file("set.yaml"), "sampling: {steps: 7}\nmasks: {name: boxes}\n");
  expect(await semblance(...words, file("set.yaml"), "--write-settings", file("out.json"))).toBe(0);
  expect(printed.errors).toContain("Not used of the settings file: the masks.");
  expect(JSON.parse(readFileSync(file("out.json"), "utf8"))).toMatchObject({
    base: { name: "base.pt", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    sampling: { steps: 7 },
  });
  writeFileSync(file("set.yaml"), `base: {name: glide, sha256: ${"e".repeat(64)}}\nsampling: {}\n`);
  expect(await semblance(...words, file("set.yaml"), "--caption", "a dog")).toBe(2);
  expect(printed.errors).toContain("has other weights than the settings were written for");
});
