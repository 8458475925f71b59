/** Published sets of prompts, each as small as it can be, and what they group prompts by. */
import { expect, test } from "vitest";
import { browseImages, everyImage } from "@/lib/datasets/browse-images";
import { createCaptionList } from "@/lib/datasets/create-caption-list";
import { listCategories } from "@/lib/datasets/list-categories";
import { withTestDatabase } from "@/tests/database";

await withTestDatabase();

async function read(file: string, text: string) {
  const { datasetId } = await createCaptionList({ name: file, file, text });
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
    "item_id,text,category_broad,category_detailed,tuple\nw1,a bus,whoops,whoops,1\nw1,a bus,whoops,whoops,2\np2,a tree,posescript,pose,1\n",
  );
  expect(dsg.captions).toEqual([["a bus"], ["a tree"]]);
  expect(dsg.categories).toContainEqual(["category_broad", "whoops", 1]);

  const genai = await read(
    "genai_image.json",
    JSON.stringify({
      "00000": { id: "00000", prompt: "a baker", models: { DALLE_3: [5, 5, 4] } },
      "00001": { id: "00001", prompt: "two birds", basic_skills: ["scene", "attribute"] },
    }),
  );
  expect(genai.captions).toEqual([["a baker"], ["two birds"]]);
  expect(genai.categories).toEqual([["basic_skills", "scene, attribute", 1]]);
});
