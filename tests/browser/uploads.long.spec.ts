/** Uploading files in the browser: images with captions, weights; and the messages for files that cannot be used. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "@playwright/test";
import { parquetWriteBuffer } from "hyparquet-writer";
import { presetOptions } from "@/lib/diffusion/model/model-presets";
import { parameterShapes } from "@/lib/diffusion/model/parameters";
import { db } from "@/lib/platform/database/db";
import type { TensorToWrite } from "@/lib/tensor-files/tensor-to-write";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { drawImage } from "@/tests/images";
import { tar, zip } from "@/tests/lib/datasets/sources/archives";
import { photographs } from "./photographs";
import { signIn } from "./sign-in";

// The worker alone may take a minute, on a machine that does much else.
test.setTimeout(180_000);

test.afterAll(() => db.$disconnect());

const folder = join(process.env.SEMBLANCE_DATA!, "to-upload");

test("uploaded images become a dataset; a broken one is named, a stray file skipped", async ({ page }) => {
  await photographs(folder, 3);
  writeFileSync(join(folder, "broken.jpg"), "this is no image");
  writeFileSync(join(folder, "broken.txt"), "a dog that nobody sees\n");
  writeFileSync(join(folder, "notes.md"), "not for Semblance");
  await signIn(page, "RESEARCHER");
  await page.goto("/admin/datasets/new");
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByText("Give the dataset a name.")).toBeVisible();
  await expect(page.getByText("Choose the images and their captions.")).toBeVisible();

  await page.getByLabel("Name").fill("sent from here");
  const files = readdirSync(folder).map((name) => join(folder, name));
  await page.locator('input[type="file"]').first().setInputFiles(files);
  await expect(page.getByText("4 images, 4 caption files")).toBeVisible();
  await expect(page.getByText("1 other file is skipped: notes.md")).toBeVisible();
  await page.getByRole("button", { name: "Preview" }).click();
  // The broken one is found when it is decoded.
  await expect(page.getByRole("status").getByText("4 images, 4 with captions, 4 captions")).toBeVisible();
  await expect(page.getByText("4 .txt files: captions of the image of the same name")).toBeVisible();
  await page.getByRole("button", { name: "Import 4 images" }).click();
  await page.waitForURL(/\/admin\/datasets\/[0-9a-f-]{36}/);
  await expect(page.getByText("Ready", { exact: true })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("3 images, 3 captions")).toBeVisible();
  await expect(page.getByText(/broken\.jpg/).first()).toBeVisible();

  await page.goto("/admin/datasets/new");
  await page.getByLabel("Name").fill("sent from here");
  await page.locator('input[type="file"]').first().setInputFiles(files);
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByRole("button", { name: "Import 4 images" }).click();
  await expect(page.getByText("There is already a dataset called “sent from here”.")).toBeVisible();
  expect(await db.dataset.count({ where: { name: "sent from here" } })).toBe(1);
});

test("prompts and their skills become a dataset, and other fields are chosen as categories", async ({
  page,
}) => {
  const prompts = join(process.env.SEMBLANCE_DATA!, "prompts");
  mkdirSync(prompts, { recursive: true });
  const published = {
    "00000": { id: "00000", prompt: "a baker", "prompt in Chinese": "面包师", level: "easy" },
    "00001": { id: "00001", prompt: "two birds", "prompt in Chinese": "两只鸟", level: "hard" },
  };
  writeFileSync(join(prompts, "genai_image.json"), JSON.stringify(published));
  writeFileSync(join(prompts, "genai_skills.json"), '{"scene": [0, 1], "counting": [1]}');
  const files = ["genai_image.json", "genai_skills.json"].map((name) => join(prompts, name));
  const name = `prompts ${crypto.randomUUID().slice(0, 8)}`;
  await signIn(page, "RESEARCHER");
  await page.goto("/admin/datasets/new");
  await page.getByLabel("Name").fill(name);
  await page.locator('input[type="file"]').first().setInputFiles(files);
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByRole("status").getByText("2 captions without images")).toBeVisible();
  await expect(page.getByText("two birds · skills: scene, counting")).toBeVisible();
  await page
    .getByRole("group", { name: /^Categories/ })
    .getByLabel("level")
    .check();
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByText("two birds · level: hard · skills: scene, counting")).toBeVisible();
  await page.getByRole("button", { name: "Import 2 captions" }).click();
  await page.waitForURL(/\/admin\/datasets\/[0-9a-f-]{36}/);
  await expect(page.getByText("Ready", { exact: true })).toBeVisible({ timeout: 60_000 });
  await page.getByRole("link", { name: /^counting/ }).click();
  await expect(page.getByText("two birds")).toBeVisible();
  await expect(page.getByText("a baker")).toBeHidden();

  await page.goto("/admin/datasets/captions");
  await page.locator('input[type="file"]').first().setInputFiles(files[0]!);
  await page.locator('input[type="file"]').first().setInputFiles(files[1]!);
  await expect(page.getByText("With the skills in genai_skills.json.")).toBeVisible();
  await page.getByLabel("Name").fill(`${name} listed`);
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForURL(/\/admin\/datasets\/[0-9a-f-]{36}/);
  await expect(page.getByRole("link", { name: /^counting/ })).toBeVisible();
});

test("an archive whose table names its columns otherwise is looked at first, and its columns chosen", async ({
  page,
}) => {
  const archive = join(process.env.SEMBLANCE_DATA!, "archive.zip");
  writeFileSync(
    archive,
    zip({
      "images/1.png": await drawImage(1),
      "images/2.png": await drawImage(2),
      "list.csv": "photo,alt text\n1.png,a brown dog\n2.png,a black cat\n",
    }),
  );
  await signIn(page, "RESEARCHER");
  await page.goto("/admin/datasets/new");
  await page.getByLabel("Name").fill("from an archive");
  await page.locator('input[type="file"]').first().setInputFiles([archive]);
  await expect(page.getByText("1 archive,")).toBeVisible();
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByText("2 images, 0 with captions, 0 captions")).toBeVisible();
  await expect(
    page.getByText("list.csv has no caption column; its columns are photo, alt text."),
  ).toBeVisible();
  await page.getByLabel("Captions", { exact: true }).selectOption("alt text");
  await page.getByLabel("Images or their names").selectOption("photo");
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByText("a brown dog")).toBeVisible();
  await page.getByRole("button", { name: "Import 2 images" }).click();
  await page.waitForURL(/\/admin\/datasets\/[0-9a-f-]{36}/);
  await expect(page.getByText("2 images, 2 captions")).toBeVisible({ timeout: 60_000 });
});

test("a folder of folders keeps the captions of each, chosen or dropped", async ({ page }) => {
  const pets = join(process.env.SEMBLANCE_DATA!, "pets");
  for (const [index, kind] of ["cats", "dogs"].entries()) {
    mkdirSync(join(pets, kind), { recursive: true });
    writeFileSync(join(pets, kind, "00.png"), await drawImage(index + 1));
    writeFileSync(join(pets, kind, "00.txt"), `an image of ${kind}`);
  }
  writeFileSync(join(pets, ".DS_Store"), "x");
  await signIn(page, "RESEARCHER");
  await page.goto("/admin/datasets/new");
  await page.getByLabel("Folder", { exact: true }).setInputFiles(pets);
  await expect(page.getByText("2 images, 2 caption files")).toBeVisible();
  await expect(page.getByText("skipped:")).toHaveCount(0);
  await expect(page.getByLabel("Name")).toHaveValue("pets");
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByRole("button", { name: "Import 2 images" }).click();
  await page.waitForURL(/\/admin\/datasets\/[0-9a-f-]{36}/);
  await expect(page.getByText("2 images, 2 captions")).toBeVisible({ timeout: 60_000 });
  const images = await db.image.findMany({
    where: { dataset: { name: "pets" } },
    orderBy: { stem: "asc" },
    include: { captions: true },
  });
  expect(images.map(({ stem, captions }) => [stem, captions[0]!.text])).toEqual([
    ["cats/00", "an image of cats"],
    ["dogs/00", "an image of dogs"],
  ]);

  // A dropped folder, as browsers hand it over: entries that know their paths, and files that do not.
  await page.goto("/admin/datasets/new");
  await page.getByRole("group", { name: "Drop images and captions" }).evaluate((target) => {
    const file = (fullPath: string) => ({
      isFile: true,
      fullPath,
      file: (resolve: (file: File) => void) => resolve(new File(["x"], fullPath.split("/").at(-1)!)),
    });
    const folder = (fullPath: string, entries: object[]) => ({
      isFile: false,
      fullPath,
      createReader: () => {
        const batches = [entries, []];
        return { readEntries: (resolve: (entries: object[]) => void) => resolve(batches.shift()!) };
      },
    });
    const entry = folder("/zoo", [
      folder("/zoo/cats", [file("/zoo/cats/00.jpg"), file("/zoo/cats/00.txt")]),
      folder("/zoo/dogs", [file("/zoo/dogs/00.jpg"), file("/zoo/dogs/00.txt")]),
    ]);
    const drop = new Event("drop", { bubbles: true });
    Object.assign(drop, { dataTransfer: { items: [{ webkitGetAsEntry: () => entry }], files: [] } });
    target.dispatchEvent(drop);
  });
  await expect(page.getByText("2 images, 2 caption files")).toBeVisible();
  await expect(page.getByLabel("Name")).toHaveValue("zoo");
});

/** Two images, the first with two captions, in each layout that people have them in. */
async function layouts(): Promise<{ title: string; isOnServer: boolean; path: string; shows: string }[]> {
  const [one, two] = [await drawImage(11), await drawImage(12)];
  const write = (path: string, files: Record<string, Buffer | string>) => {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), content);
    }
    return path;
  };
  const here = (name: string) => join(process.env.SEMBLANCE_DATA!, "layouts", name);
  const onServer = (name: string) => join(process.env.SEMBLANCE_DATA!, "imports", "layouts", name);
  const coco = {
    images: [
      { id: 9, file_name: "9.png" },
      { id: 25, file_name: "25.png" },
    ],
    annotations: [
      { id: 1, image_id: 9, caption: "a dog" },
      { id: 2, image_id: 25, caption: "a cat" },
      { id: 3, image_id: 9, caption: "the dog" },
    ],
  };
  const parquet = parquetWriteBuffer({
    columnData: [
      { name: "image", data: [new Uint8Array(one), new Uint8Array(two)], type: "BYTE_ARRAY" },
      { name: "text", data: ["a dog", "a cat"], type: "STRING" },
    ],
  });
  const lines = [
    { file_name: "1.png", text: "a dog" },
    { file_name: "1.png", text: "the dog" },
    { file_name: "2.png", text: "a cat" },
  ];
  const shards = (at: number, image: Buffer, caption: string) =>
    tar({
      [`0000${at}.jpg`]: image,
      [`0000${at}.txt`]: caption,
      [`0000${at}.json`]: JSON.stringify({ key: `0000${at}`, caption, status: "success" }),
    });
  return [
    {
      title: "COCO in a folder of the server",
      isOnServer: true,
      path: write(onServer("coco"), {
        "val2017/9.png": one,
        "val2017/25.png": two,
        "annotations/captions_val2017.json": JSON.stringify(coco),
      }),
      shows: "2 images, 2 with captions, 3 captions",
    },
    {
      title: "a Parquet file of the server",
      isOnServer: true,
      path: join(write(onServer("hub"), { "train.parquet": Buffer.from(parquet) }), "train.parquet"),
      shows: "2 images, 2 with captions, 2 captions",
    },
    {
      title: "WebDataset’s shards",
      isOnServer: false,
      path: write(here("shards"), {
        "00000.tar": await shards(0, one, "a dog\nthe dog"),
        "00001.tar": await shards(1, two, "a cat"),
      }),
      shows: "2 images, 2 with captions, 3 captions",
    },
    {
      title: "DreamBooth",
      isOnServer: false,
      path: write(here("dreambooth"), {
        "dog2/00.png": one,
        "cat/00.png": two,
        "prompts_and_classes.txt": "Classes\n\nsubject_name,class\ndog2,dog\ncat,cat\n\nPrompts\n",
      }),
      shows: "2 images, 2 with captions, 2 captions",
    },
    {
      title: "imagefolder",
      isOnServer: false,
      path: write(here("imagefolder"), {
        "train/1.png": one,
        "train/2.png": two,
        "train/metadata.jsonl": lines.map((line) => JSON.stringify(line)).join("\n"),
      }),
      shows: "2 images, 2 with captions, 3 captions",
    },
  ];
}

test("each layout is previewed and imported, from this computer or from the server", async ({ page }) => {
  test.setTimeout(180_000);
  await signIn(page, "RESEARCHER");
  for (const { title, isOnServer, path, shows } of await layouts()) {
    await test.step(title, async () => {
      await page.goto("/admin/datasets/new");
      if (isOnServer) {
        await page.getByText("On the server", { exact: true }).click();
        await page.getByLabel("Folder or archive on the server").fill(path);
      } else {
        await page.getByLabel("Folder", { exact: true }).setInputFiles(path);
      }
      await page.getByLabel("Name").fill(title);
      await page.getByRole("button", { name: "Preview" }).click();
      await expect(page.getByRole("status").getByText(shows)).toBeVisible();
      await expect(page.getByText(/^a (photo of a )?dog$/)).toBeVisible();
      await page.getByRole("button", { name: "Import 2 images" }).click();
      await page.waitForURL(/\/admin\/datasets\/[0-9a-f-]{36}/);
      await expect(page.getByText("Ready", { exact: true })).toBeVisible({ timeout: 60_000 });
      await expect(page.getByText(/^2 images/).first()).toBeVisible();
    });
  }
});

test("weights that cannot be read are rejected under the uploaded file's name", async ({ page }) => {
  const path = join(process.env.SEMBLANCE_DATA!, "cut-short.pt");
  writeFileSync(path, Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(5000, 7)]));
  await signIn(page, "RESEARCHER");
  await page.goto("/admin/models/new");
  await page.getByText("On this computer").click();
  await page.locator('input[type="file"]').setInputFiles(path);
  await expect(page.getByLabel("Name")).toHaveValue("cut-short");
  await page.getByRole("button", { name: "Register" }).click();
  await expect(page.getByRole("alert").first()).toContainText("cut-short.pt");
  await expect(page.getByLabel("Name")).toHaveValue("cut-short");
  expect(await db.checkpoint.count({ where: { name: "cut-short" } })).toBe(0);
});

test("one of several sets of weights in a file can be chosen", async ({ page }) => {
  const path = join(process.env.SEMBLANCE_DATA!, "imports", "several.safetensors");
  const tensors = new Map<string, TensorToWrite>();
  for (const [name, shape] of parameterShapes(presetOptions("tiny", "base"))) {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    for (const key of ["model", "ema"]) tensors.set(`${key}.${name}`, { dtype: "float32", shape, data });
  }
  await writeSafetensors(path, tensors);
  await signIn(page, "RESEARCHER");
  await page.goto("/admin/models/new");
  await page.getByLabel("File on the server").fill(path);
  await page.getByLabel("Name").fill("the average");
  await page.getByRole("button", { name: "Register" }).click();
  const choice = page.getByRole("group", { name: "The file contains several sets of weights" });
  await expect(choice.getByRole("radio", { name: "model" })).toBeChecked();
  await choice.getByRole("radio", { name: "ema" }).check();
  await page.getByRole("button", { name: "Register" }).click();
  await page.waitForURL(/\/admin\/models\/[0-9a-f-]{36}/);
  await expect(page.getByText("Key in the file")).toBeVisible();
  expect((await db.checkpoint.findUniqueOrThrow({ where: { name: "the average" } })).weightsKey).toBe("ema");
  await db.checkpoint.delete({ where: { name: "the average" } });
});

test("a model's options that are not JSON are rejected before anything is sent", async ({ page }) => {
  const nowhere = join(process.env.SEMBLANCE_DATA!, "imports", "nowhere.pt");
  await signIn(page, "RESEARCHER");
  await page.goto("/admin/models/new");
  await page.getByLabel("File on the server").fill(nowhere);
  await page.getByLabel("Name").fill("from nowhere");
  await page.getByLabel("Options as JSON").fill("image_size: 64");
  // Pressed as slowly as people do: the error of the field that is left must not move the button away.
  await page.getByRole("button", { name: "Register" }).hover();
  await page.mouse.down();
  await page.waitForTimeout(300);
  await expect(page.getByText("Write one JSON object")).toBeHidden();
  await page.mouse.up();
  await expect(page.getByText("Write one JSON object")).toBeVisible();
  await page.getByLabel("Options as JSON").fill("");
  await page.getByRole("button", { name: "Register" }).click();
  await expect(page.getByText(`There is no file ${nowhere} on this machine.`)).toBeVisible();
});
