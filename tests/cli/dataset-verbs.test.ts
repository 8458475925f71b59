/** Splits, revisions and audits of datasets as they are typed, on a real database. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createCaptionList } from "@/lib/datasets/create-caption-list";
import { stopQueue } from "@/lib/platform/jobs/queue";
import { withTestDatabase } from "@/tests/database";
import { catchPrinted, printed, semblance } from "./typed-command";

const { db, dataFolder } = await withTestDatabase();
// Before the database is dropped: the hooks run in reverse order.
afterAll(() => stopQueue());

catchPrinted();

const rows = ["a,a brown dog", "b,a black dog", "c,a brown cat", "d,a black cat"];
const { datasetId } = await createCaptionList({
  name: "pets",
  file: "pets.csv",
  text: `image,caption\n${rows.join("\n")}`,
});
await db.checkpoint.create({
  data: {
    name: "base",
    part: "BASE",
    blobSha256: "b".repeat(64),
    format: "safetensors",
    options: { image_size: 64 },
    parameterCount: 1,
    tensorCount: 1,
  },
});

const heldOut = async () =>
  (await db.image.findMany({ where: { datasetId, split: "HELD_OUT" }, orderBy: { position: "asc" } }))
    .map(({ stem }) => stem)
    .join("");

test("prompts are exported with their categories and split, and read back equal", async () => {
  const rows = [
    { text: "a “red” cube\non a table", categories: { Category: ["Objects"], skills: ["colour", "place"] } },
    { text: "two dogs", categories: {} },
    { file_name: "three", text: "a cat", categories: { Category: ["Animals"] }, split: "held-out" },
    { file_name: "three", text: "the cat", categories: {} },
  ];
  const text = rows.map((row) => JSON.stringify(row)).join("\n");
  const prompts = await createCaptionList({ name: "prompts", file: "prompts.jsonl", text });
  const out = join(dataFolder, "exported");
  expect(await semblance("datasets", "export", "prompts", "--out", out)).toBe(0);
  expect(printed.output).toContain("4 captions in ");
  const file = join(out, "prompts.jsonl");
  expect(await semblance("datasets", "import", file, "--name", "again")).toBe(0);
  const { id } = await db.dataset.findUniqueOrThrow({ where: { name: "again" } });
  const contents = (of: string) =>
    db.image.findMany({
      where: { datasetId: of },
      orderBy: { position: "asc" },
      select: {
        ...{ stem: true, split: true },
        captions: { orderBy: { position: "asc" }, select: { text: true, categories: true } },
      },
    });
  const first = await contents(prompts.datasetId);
  expect(first).toMatchObject([
    { stem: "1", split: "TRAINING", captions: [{ categories: { skills: ["colour", "place"] } }] },
    { stem: "2", split: "TRAINING", captions: [{ categories: {} }] },
    { stem: "three", split: "HELD_OUT", captions: [{ text: "a cat" }, { text: "the cat" }] },
  ]);
  expect(await contents(id)).toEqual(first);
  expect(await semblance("datasets", "export", "prompts", "--out", out)).not.toBe(0);
  expect(printed.errors).toContain("prompts.jsonl is there already.");
  printed.output = "";
});

test("a split by share, by list, and back to an earlier revision", async () => {
  expect(await semblance("datasets", "split", "pets", "--held-out", "0.5", "--seed", "3")).toBe(0);
  expect(printed.output).toBe("pets: 2 images for training, 2 held out (revision 2)\n");
  const first = await heldOut();
  const list = join(dataFolder, "held-out.txt");
  writeFileSync(list, first === "ad" ? "b\nc\n" : "a\nd\n");
  expect(await semblance("datasets", "split", "pets", "--list", list)).toBe(0);
  expect(await heldOut()).not.toBe(first);
  expect(await semblance("datasets", "restore", "pets", "--revision", "2")).toBe(0);
  expect(await heldOut()).toBe(first);
  expect(printed.output).toContain("pets: as in revision 2 (revision 4: ");

  printed.output = "";
  expect(await semblance("datasets", "revisions", "pets")).toBe(0);
  expect(printed.output).toMatch(/4 +.*command line.*as in revision 2/);
  expect(printed.output).toContain("50 % held out, seed 3");
  expect(printed.output).toContain("as it was made");

  expect(await semblance("datasets", "restore", "pets")).not.toBe(0);
  expect(printed.errors).toContain("--revision");
  expect(await semblance("datasets", "restore", "pets", "--revision", "9")).not.toBe(0);
  expect(printed.errors).toContain("There is no revision 9; the newest is 4.");
  expect(await semblance("datasets", "split", "pets")).not.toBe(0);
  expect(printed.errors).toContain("A split needs either a share or a list of names.");
  writeFileSync(list, "a\nunknown\n");
  expect(await semblance("datasets", "split", "pets", "--list", list)).not.toBe(0);
  expect(printed.errors).toContain("row 2 (unknown)");
});

test("held-out captions alone are drawn, and a split that there is not is named", async () => {
  const draw = (name: string, split: string, ...words: string[]) => {
    const whose = ["--dataset", "pets", "--base", "base", "--split", split];
    return semblance("samples", "draw", name, ...whose, "--no-wait", ...words);
  };
  expect(await draw("judged", "held-out")).toBe(0);
  expect(await db.sampleSet.findUniqueOrThrow({ where: { name: "judged" } })).toMatchObject({
    captionSplit: "HELD_OUT",
    requested: 2,
  });
  expect(await draw("other", "test")).not.toBe(0);
  expect(printed.errors).toContain("--split must be training or held-out, not test.");
  const categories = ["--category", "Kind=cat", "--category", "Kind=dog"];
  expect(await draw("grouped", "training", ...categories)).not.toBe(0);
  expect(printed.errors).toContain("has no caption of Kind=cat or Kind=dog.");
  await db.sampleSet.update({ where: { name: "judged" }, data: { state: "SUCCEEDED" } });
  expect(await semblance("samples", "evaluate", "judged", ...categories, "--no-wait")).not.toBe(0);
  expect(printed.errors).toContain("“judged” has no samples for captions of Kind=cat or Kind=dog.");
  const table = ["judged", "--sides", "64", ...categories];
  expect(await semblance("table", ...table)).not.toBe(0);
  expect(printed.errors).toContain("“judged” has no samples for captions of Kind=cat or Kind=dog.");
  expect(await semblance("table", "judged", "--category", "cats")).not.toBe(0);
  expect(printed.errors).toContain("NAME=VALUE");
});

test("a file of prompts is imported with the skills beside it, or with chosen columns of categories", async () => {
  const folder = join(dataFolder, "prompts");
  mkdirSync(folder);
  writeFileSync(join(folder, "genai_image.json"), '{"00007": {"id": "00007", "prompt": "two birds"}}');
  writeFileSync(join(folder, "genai_skills.json"), '{"scene": [7], "counting": [7]}');
  writeFileSync(join(folder, "list.csv"), "text,source\na cat,web\n");
  expect(await semblance("datasets", "import", join(folder, "genai_image.json"))).toBe(0);
  const list = [join(folder, "list.csv"), "--category-column", "source"];
  expect(await semblance("datasets", "import", ...list)).toBe(0);
  const captions = await db.caption.findMany({
    where: { image: { dataset: { name: { in: ["genai_image", "list"] } } } },
    orderBy: { text: "asc" },
    select: { text: true, categories: true },
  });
  expect(captions).toEqual([
    { text: "a cat", categories: { source: ["web"] } },
    { text: "two birds", categories: { skills: ["scene", "counting"] } },
  ]);
});

test("an audit prints its report as text and as JSON", { timeout: 60_000 }, async () => {
  expect(await semblance("datasets", "audit", "pets", "--json")).toBe(0);
  const report = JSON.parse(printed.output.slice(printed.output.indexOf("{")));
  expect(report).toMatchObject({ dataset: "pets", revision: 4, counts: { images: 4 }, nearDuplicates: null });
  const [colour] = report.counts.attributes;
  expect(colour).toMatchObject({ name: "colour", named: 4 });
  expect(await semblance("datasets", "audit", "pets", "--network", "eye")).not.toBe(0);
  expect(printed.errors).toContain("No network called “eye”");
});
