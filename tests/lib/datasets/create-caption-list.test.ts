/** Published sets of prompts, each as small as it can be, and what they group prompts by. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, test } from "vitest";
import { browseImages, everyImage } from "@/lib/datasets/browse-images";
import type { ChosenColumns } from "@/lib/datasets/caption-formats/caption-format";
import { createCaptionList } from "@/lib/datasets/create-caption-list";
import { importDataset } from "@/lib/datasets/import-dataset";
import { listCategories } from "@/lib/datasets/list-categories";
import { previewImport } from "@/lib/datasets/preview-import";
import { db } from "@/lib/platform/database/db";
import { anyFile } from "@/lib/platform/server-files/file-access";
import { withTestDatabase } from "@/tests/database";
import { tar } from "./sources/archives";

const { dataFolder } = await withTestDatabase();

/** GenAI-Bench's prompts as they are published. */
const genAiPrompts = JSON.stringify({
  "00000": { id: "00000", prompt: "a baker", "prompt in Chinese": "面包师", models: { DALLE_3: [5, 5, 4] } },
  "00001": {
    id: "00001",
    prompt: "two birds, no cat",
    "prompt in Chinese": "两只鸟",
    models: { DALLE_3: [3, 4, 4] },
  },
  "00002": { id: "00002", prompt: "peace", "prompt in Chinese": "和平", models: { DALLE_3: [1, 2, 4] } },
});
const genAiSkills = JSON.stringify({
  basic: [0],
  attribute: [0],
  scene: [0, 1],
  advanced: [1],
  counting: [1],
  negation: [1],
});
const genAiCategories = [
  ["skills", "scene", 2],
  ["skills", "advanced", 1],
  ["skills", "attribute", 1],
  ["skills", "basic", 1],
  ["skills", "counting", 1],
  ["skills", "negation", 1],
];

type Input = Parameters<typeof createCaptionList>[0];

async function read(file: string, text: string, rest: Partial<Input> = {}) {
  const { datasetId } = await createCaptionList({ name: file, file, text, ...rest });
  return found(datasetId);
}

async function found(datasetId: string) {
  const { images } = await browseImages(datasetId);
  const categories = await listCategories(datasetId);
  return {
    datasetId,
    captions: images.map(({ captions }) => captions.map((caption) => caption.text)),
    categories: categories.map(({ name, value, captionCount }) => [name, value, captionCount]),
  };
}

test("sets of prompts are read in their published layouts, and filtered by their categories", async () => {
  const parti = await read(
    "PartiPrompts.tsv",
    "Prompt\tCategory\tChallenge\tNote\na cat\tAnimals\tBasic\t\na dog\tAnimals\tImagination\tx\npeace\tAbstract\tBasic\t\n",
  );
  expect(parti.captions).toEqual([["a cat"], ["a dog"], ["peace"]]);
  expect(parti.categories).toEqual([
    ["Category", "Animals", 2],
    ["Category", "Abstract", 1],
    ["Challenge", "Basic", 2],
    ["Challenge", "Imagination", 1],
  ]);
  const animals = await browseImages(parti.datasetId, {
    ...everyImage,
    category: { name: "Category", value: "Animals" },
  });
  expect(animals.images.map(({ captions }) => captions[0]!.text)).toEqual(["a cat", "a dog"]);
  expect(animals.total).toBe(2);

  const draw = await read("drawbench.csv", "Prompts,Category\nA red car.,Colors\nA pink car.,Colors\n");
  expect(draw.captions).toEqual([["A red car."], ["A pink car."]]);
  expect(draw.categories).toEqual([["Category", "Colors", 2]]);

  const dsg = await read(
    "dsg-1k-anns.csv",
    [
      "item_id,text,keywords,proposition_id,dependency,category_broad,category_detailed,tuple,question_natural_language",
      "w1,a red bus,,1,0,entity,whole,entity - whole (bus),Is there a bus?",
      'w1,a red bus,,2,1,attribute,color,"attribute - color (bus, red)",Is the bus red?',
      "p2,a tree,,1,0,entity,whole,entity - whole (tree),Is there a tree?\n",
    ].join("\n"),
  );
  expect(dsg.captions).toEqual([["a red bus"], ["a tree"]]);
  expect(dsg.categories).toEqual([
    ["category_broad", "entity", 2],
    ["category_broad", "attribute", 1],
    ["category_detailed", "whole", 2],
    ["category_detailed", "color", 1],
  ]);

  const genai = await read(
    "genai_image.json",
    JSON.stringify({
      "00000": { id: "00000", prompt: "a baker", models: { DALLE_3: [5, 5, 4] } },
      "00001": { id: "00001", prompt: "two birds", basic_skills: ["scene", "attribute"] },
    }),
  );
  expect(genai.captions).toEqual([["a baker"], ["two birds"]]);
  expect(genai.categories).toEqual([
    ["basic_skills", "attribute", 1],
    ["basic_skills", "scene", 1],
  ]);
  const scenes = { name: "basic_skills", value: "scene" };
  const [scene] = (await browseImages(genai.datasetId, { ...everyImage, category: scenes })).images;
  expect(scene!.captions.map(({ text }) => text)).toEqual(["two birds"]);
});

test("GenAI-Bench's skills are read from their own file, beside the prompts, in a folder or an archive", async () => {
  const skills = { file: "genai_skills.json", text: genAiSkills };
  const listed = await read("listed.json", genAiPrompts, { skills });
  expect(listed.captions).toEqual([["a baker"], ["two birds, no cat"], ["peace"]]);
  expect(listed.categories).toEqual(genAiCategories);

  const folder = join(dataFolder, "imports", "GenAI-Bench");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "genai_image.json"), genAiPrompts);
  writeFileSync(join(folder, "genai_skills.json"), genAiSkills);
  const archive = join(dataFolder, "imports", "genai.tar");
  writeFileSync(archive, await tar({ "genai_image.json": genAiPrompts, "genai_skills.json": genAiSkills }));
  for (const path of [folder, archive]) {
    const source = { kind: "folder", path } as const;
    const preview = await previewImport(source, {}, anyFile);
    expect([preview.imageCount, preview.captionCount, preview.remarks]).toEqual([0, 3, []]);
    expect(preview.columns).toEqual(["id", "prompt", "prompt in Chinese", "models"]);
    expect(preview.readAs.map(({ as }) => as)).toContain("skills of prompts, by their numbers");
    expect(preview.rows[1]!.captions).toEqual([
      "two birds, no cat · skills: scene, advanced, counting, negation",
    ]);
    const { id: datasetId } = await db.dataset.create({ data: { name: path, state: "IMPORTING" } });
    await importDataset({ datasetId, source }, { access: anyFile });
    expect(await found(datasetId)).toMatchObject({ captions: listed.captions, categories: genAiCategories });
  }

  const dataset = await db.dataset.create({ data: { name: "two", state: "IMPORTING" } });
  writeFileSync(join(folder, "other.txt"), "a cat");
  const two = importDataset(
    { datasetId: dataset.id, source: { kind: "folder", path: folder } },
    { access: anyFile },
  );
  await expect(two).rejects.toThrow("genai_image.json and other.txt are several files of prompts.");
  const forgotten = join(dataFolder, "imports", "no-images");
  mkdirSync(forgotten);
  for (const name of ["a.txt", "b.txt"]) writeFileSync(join(forgotten, name), "a cat");
  const { remarks } = await previewImport({ kind: "folder", path: forgotten }, {}, anyFile);
  expect(remarks[0]!.message).toBe("a.txt has no image of the same name.");
  await expect(
    read("few.json", genAiPrompts, { skills: { file: "skills.json", text: '{"counting": [1, 7]}' } }),
  ).rejects.toThrow("skills.json has skills of prompts that are not there: 7.");
  await expect(read("no.json", genAiPrompts, { skills: { file: "s.json", text: "{}" } })).rejects.toThrow(
    "s.json is not a file of skills.",
  );
});

test("columns and fields of any name are categories where they are chosen, also those of Parquet files", async () => {
  const table = "text,source,level\na cat,web,1\na dog,book,2\n";
  const chosen = { columns: { categories: ["Source", "level"] } };
  expect((await read("chosen.csv", table, chosen)).categories).toEqual([
    ["level", "1", 1],
    ["level", "2", 1],
    ["source", "book", 1],
    ["source", "web", 1],
  ]);
  const records = JSON.stringify([
    { prompt: "a cat", kinds: ["pet", "cat"], category: "x" },
    { prompt: "a dog" },
  ]);
  expect((await read("chosen.json", records, { columns: { categories: ["kinds"] } })).categories).toEqual([
    ["kinds", "cat", 1],
    ["kinds", "pet", 1],
  ]);
  await expect(read("none.csv", table, { columns: { categories: ["Kind"] } })).rejects.toThrow(
    "none.csv has no column Kind; its columns are text, source, level.",
  );
  await expect(read("none.json", records, { columns: { categories: ["Kind"] } })).rejects.toMatchObject({
    message: "none.json has nothing in a column or field “Kind” to group captions by.",
    remedy: "Choose another one: prompt, kinds, category.",
  });

  const path = join(dataFolder, "imports", "parti.parquet");
  const columnData = [
    { name: "Prompt", data: ["a cat", "a dog"] },
    { name: "Category", data: ["Animals", "Animals"] },
    { name: "Challenge", data: ["Basic", "Imagination"] },
    { name: "Source", data: ["web", "book"] },
  ].map((column) => ({ ...column, type: "STRING" as const }));
  writeFileSync(path, Buffer.from(parquetWriteBuffer({ columnData })));
  const source = { kind: "folder", path } as const;
  const importAs = async (name: string, columns: ChosenColumns) => {
    const { id: datasetId } = await db.dataset.create({ data: { name, state: "IMPORTING" } });
    await importDataset({ datasetId, source, columns }, { access: anyFile });
    return found(datasetId);
  };
  const parti = await importAs("parti", {});
  expect(parti.captions).toEqual([["a cat"], ["a dog"]]);
  expect(parti.categories).toEqual([
    ["Category", "Animals", 2],
    ["Challenge", "Basic", 1],
    ["Challenge", "Imagination", 1],
  ]);
  expect((await importAs("sources", { categories: ["source"] })).categories).toEqual([
    ["Source", "book", 1],
    ["Source", "web", 1],
  ]);
});

test("categories that were stored as single texts become lists", async () => {
  const { datasetId } = await createCaptionList({ name: "earlier", text: "a cat\na dog" });
  await db.caption.updateMany({
    where: { text: "a cat", image: { datasetId } },
    data: { categories: { Category: "Animals" } },
  });
  const captions = [
    { text: "a cat", tokenCount: 1, categories: { Category: "Animals" } },
    { text: "a", tokenCount: 1 },
  ];
  const staged = { datasetId, position: 0, path: "a.png", stem: "a", captions, remarks: [] };
  await db.stagedImage.create({ data: staged });
  const migration = readFileSync("prisma/migrations/20261130105000_category_lists/migration.sql", "utf8");
  for (const statement of migration.split(/;$/m).filter((text) => text.trim() !== "")) {
    await db.$executeRawUnsafe(statement);
  }
  expect((await found(datasetId)).categories).toEqual([["Category", "Animals", 1]]);
  expect((await db.stagedImage.findFirstOrThrow({ where: { datasetId } })).captions).toEqual([
    { ...captions[0], categories: { Category: ["Animals"] } },
    captions[1],
  ]);
});
