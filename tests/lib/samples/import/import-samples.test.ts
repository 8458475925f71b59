/** What an import of samples rejects by name, with nothing stored. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { expect, it } from "vitest";
import { addPngText } from "@/lib/images/png-text";
import { formFiles } from "@/lib/platform/server-files/file-access";
import { importSamples } from "@/lib/samples/import/import-samples";
import { startSampleImportInput } from "@/lib/samples/import/sample-import-fields";
import { withTestDatabase } from "@/tests/database";
import { drawImage } from "@/tests/images";
import { zip } from "@/tests/lib/datasets/sources/archives";

const { db, dataFolder } = await withTestDatabase();

const dataset = await db.dataset.create({
  data: {
    name: "prompts",
    state: "READY",
    images: {
      create: ["a red ball", "a café", "a dog"].map((text, position) => ({
        stem: `p${position}`,
        position,
        captions: { create: { position: 0, text, tokenCount: 3 } },
      })),
    },
  },
});
const image = await drawImage(1);
writeFileSync(join(dataFolder, "secret.png"), image);

let folders = 0;
/** Imports the files of a new folder into a new set. */
async function importFolder(
  files: Record<string, string | Buffer>,
  options: Partial<typeof startSampleImportInput._zod.input> = {},
): Promise<string> {
  const path = join(dataFolder, "imports", `folder-${++folders}`);
  mkdirSync(path, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  const { id } = await db.sampleSet.create({
    data: { name: path, datasetId: dataset.id, requested: 0 },
  });
  const source = { kind: "folder" as const, path };
  const asked = startSampleImportInput.parse({ name: "x", datasetId: dataset.id, source, ...options });
  const message = await importSamples(id, asked, formFiles).then(
    ({ imageCount }) => `${imageCount} images`,
    ({ message: said }) => said as string,
  );
  const stored = await db.sample.count({ where: { sampleSetId: id } });
  expect(message).toMatch(stored === 0 ? /^(?!\d)/ : new RegExp(`^${stored} images`));
  return message;
}

it("names each fault of manifests and images, and stores nothing", async () => {
  const table = (rows: readonly string[]) => `file,prompt\n${rows.join("\n")}\n`;
  const linked = join(dataFolder, "imports", "folder-1");
  mkdirSync(linked);
  symlinkSync(join(dataFolder, "secret.png"), join(linked, "z-link.png"));
  const outside = await importFolder({
    "a.png": image,
    "b.png": image,
    "manifest.csv": table([
      "../../secret.png,a dog",
      "/etc/passwd,a dog",
      "c.png,a dog",
      "a.png,a dog",
      "a.png,a café",
      ",a café",
      "b.png,a cat",
    ]),
  });
  for (const said of [
    "manifest.csv, row 2: ../../secret.png is outside of the folder.",
    "manifest.csv, row 3: /etc/passwd is outside of the folder.",
    "manifest.csv, row 4: there is no image c.png.",
    "manifest.csv, row 6: a.png is also in row 5.",
    "manifest.csv, row 7: file is empty.",
    "b.png matches no caption: “a cat” in row 8 of manifest.csv is no caption of the dataset.",
    "z-link.png is a link to a file or folder that may not be imported.",
  ])
    expect(outside).toContain(said);

  const faults: [files: Record<string, string | Buffer>, said: string][] = [
    [{ "p0.png": image, "p1.png": "no image" }, "p1.png"],
    [{ "p0.png": image, "p1.png": image.subarray(0, image.length / 2) }, "p1.png"],
    [{ "p0.png": image, "p0.webp": image }, "p0.png and p0.webp are both for “a red ball”."],
    [{ "p0.png": image, "cat.png": image }, "cat.png matches no caption"],
    [
      { "p0.png": image, "m.csv": Buffer.from("file,prompt\np0.png,a caf\xe9\n", "latin1") },
      "m.csv is not text in UTF-8",
    ],
    [{ "p0.png": image, "p0.txt": Buffer.from("a caf\xe9\n", "latin1") }, "p0.txt is not text in UTF-8"],
    [{ "p0.png": image, "m.csv": "file,prompt\np0.png\n" }, "m.csv is not a table"],
    [{ "p0.png": image, "m.csv": "file,file,prompt\np0.png,p0.png,a dog\n" }, "m.csv has two columns “file”"],
    [{ "p0.png": image, "m.jsonl": '{"file": "p0.png"\n' }, "m.jsonl is not valid JSON in line 1"],
    [{ "p0.png": image, "m.csv": "name,words\np0.png,a dog\n" }, "m.csv has no column of images"],
    [{ "notes.txt": "x" }, "There are no images to import."],
  ];
  for (const [files, said] of faults) {
    const message = await importFolder(files);
    expect(message).toContain(said);
  }
});

it("leaves out the doubtful matches that were rejected, and takes the others", async () => {
  const files = { "A red ball!.png": image, "A dog!.png": image, "p1.png": image };
  const table = "file,prompt\nA red ball!.png,A red ball!\nA dog!.png,A dog!\np1.png,a café\n";
  const all = { ...files, "manifest.csv": table };
  expect(await importFolder(all, { rejected: ["A dog!.png", "p1.png"] })).toContain(
    "A red ball!.png may not",
  );
  expect(await importFolder(all, { accept: true, rejected: ["A dog!.png", "p1.png"] })).toBe("2 images");
  // Nothing doubtful is left to be accepted.
  expect(await importFolder(all, { rejected: ["A dog!.png", "A red ball!.png"] })).toBe("1 images");
});

it("keeps what generators write in the image and beside it, the manifest before all", async () => {
  const webui = `a red ball
Negative prompt: blurry, low quality
Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1234, Size: 512x512, Model: sd15, Lora hashes: "a: 1, b: 2", Version: v1.9`;
  const comfy = JSON.stringify({
    "3": {
      class_type: "KSampler",
      inputs: { seed: 99, steps: 28, cfg: 3.5, sampler_name: "euler", model: ["4", 0] },
    },
    "4": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "flux.safetensors" } },
    "6": { class_type: "CLIPTextEncode", inputs: { text: "a café" } },
  });
  await importFolder(
    {
      "p0.png": addPngText(image, "parameters", webui),
      "p1.png": addPngText(image, "prompt", comfy),
      "p2.png": addPngText(image, "parameters", webui),
      "p2.json": JSON.stringify({ prompt: "a dog", seed: 5, settings: { steps: "9" }, nested: [1] }),
    },
    { model: "ours" },
  );
  const origins = async () => {
    const { id } = await db.sampleSet.findFirstOrThrow({ orderBy: { createdAt: "desc" } });
    const samples = await db.sample.findMany({
      where: { sampleSetId: id },
      orderBy: { caption: { image: { position: "asc" } } },
    });
    return samples.map(({ origin }) => origin);
  };
  expect(await origins()).toEqual([
    {
      file: "p0.png",
      model: "ours",
      seed: "1234",
      settings: {
        Steps: "20",
        Sampler: "Euler a",
        "CFG scale": "7",
        Size: "512x512",
        "Lora hashes": "a: 1, b: 2",
        Version: "v1.9",
        "Negative prompt": "blurry, low quality",
      },
    },
    {
      file: "p1.png",
      model: "ours",
      seed: "99",
      settings: { steps: "28", cfg: "3.5", sampler_name: "euler" },
    },
    { file: "p2.png", model: "ours", seed: "5", settings: { steps: "9" } },
  ]);
  await importFolder({
    "a.png": addPngText(image, "prompt", comfy),
    "a.json": JSON.stringify({ prompt: "a café", seed: 6 }),
    "b.png": addPngText(image, "parameters", "no settings at all"),
    "b.json": "[]",
    "b.txt": "a dog",
  });
  expect(await origins()).toEqual([
    {
      file: "a.png",
      model: "flux.safetensors",
      seed: "6",
      settings: { steps: "28", cfg: "3.5", sampler_name: "euler" },
    },
    { file: "b.png" },
  ]);
});

it("matches by what is written in images, in files for their folders, and by texts where ids are of something else", async () => {
  const webui = (prompt: string) =>
    addPngText(image, "parameters", `${prompt}\nNegative prompt: blurry\nSteps: 20, Seed: 7, Model: sd15`);
  const comfy = (text: string) =>
    addPngText(
      image,
      "prompt",
      JSON.stringify({
        "3": { inputs: { seed: 99, positive: ["9", 0], negative: ["7", 0] } },
        "6": { inputs: { text: ["12", 0], clip: ["4", 1] } },
        "7": { inputs: { text: "blurry" } },
        "9": { inputs: { guidance: 3.5, conditioning: ["6", 0] } },
        "12": { inputs: { value: text } },
      }),
    );
  const own = addPngText(addPngText(image, "prompt", "a dog"), "seed", "5");
  const captionsOf = async () => {
    const { id } = await db.sampleSet.findFirstOrThrow({ orderBy: { createdAt: "desc" } });
    const samples = await db.sample.findMany({ where: { sampleSetId: id }, include: { caption: true } });
    return Object.fromEntries(
      samples.map(({ origin, caption }) => {
        const { file, model, seed } = origin as Record<string, string>;
        return [[file, model, seed].join(" ").trim(), caption.text];
      }),
    );
  };
  // Numbers in names are those of the order in which they were drawn.
  await importFolder({
    "00000-7.png": webui("a dog"),
    "00001-7.png": comfy("a red ball"),
    "00002-7.png": webui("a café"),
  });
  expect(await captionsOf()).toEqual({
    "00000-7.png sd15 7": "a dog",
    "00001-7.png  7": "a red ball",
    "00002-7.png sd15 7": "a café",
  });
  const jpeg = await sharp(image)
    .withExif({ IFD2: { UserComment: "a red ball\nSteps: 9, Seed: 3, Model: sdxl" } })
    .jpeg()
    .toBuffer();
  await importFolder({ "x.png": own, "y.jpg": jpeg });
  expect(await captionsOf()).toEqual({ "x.png  5": "a dog", "y.jpg sdxl 3": "a red ball" });

  const geneval = {
    "00000/metadata.jsonl": '{"tag": "single_object", "include": [{"class": "dog"}], "prompt": "a dog"}\n',
    "00000/samples/0000.png": image,
    "00000/samples/0001.png": image,
    "00000/grid.png": image,
    "00001/metadata.jsonl": '{"tag": "single_object", "prompt": "a red ball"}\n',
    "00001/samples/0000.png": image,
    "00001/grid.png": image,
  };
  expect(await importFolder(geneval, { isSeveral: true })).toContain(
    "00000/grid.png matches no caption: its name is that of an overview of several images.",
  );
  expect(await importFolder(geneval, { isSeveral: true, accept: true })).toBe("3 images");
  expect(await captionsOf()).toEqual({
    "00000/samples/0000.png": "a dog",
    "00000/samples/0001.png": "a dog",
    "00001/samples/0000.png": "a red ball",
  });

  const packed = {
    "FLUX/p0.png": image,
    "FLUX/p2.png": image,
    "__MACOSX/FLUX/._p0.png": "x",
    "FLUX/.DS_Store": "x",
  };
  expect(await importFolder({ "FLUX.zip": zip(packed) })).toBe("2 images");
  expect(await captionsOf()).toEqual({ "FLUX/p0.png": "a red ball", "FLUX/p2.png": "a dog" });

  const rows = ["a.png,0,a dog", "b.png,1,a red ball", "c.png,2,a café"];
  await importFolder({
    ...{ "a.png": image, "b.png": image, "c.png": image },
    "manifest.csv": `file,id,prompt\n${rows.join("\n")}\n`,
  });
  expect(await captionsOf()).toEqual({ "a.png": "a dog", "b.png": "a red ball", "c.png": "a café" });
});

it("takes what is accepted: doubtful matches without what is left over, by the columns that are named", async () => {
  const files = {
    "a.png": image,
    "b.png": image,
    "c.png": image,
    "list.json": JSON.stringify([
      { picture: "a.png", words: "A red ball!", model: "X", seed: 5, cfg: 7.5 },
      { picture: "./b", words: "a cat" },
    ]),
  };
  const columns = { imageColumn: "picture", captionColumn: "Words" };
  expect(await importFolder(files, columns)).toContain(
    "a.png may not be for “a red ball”: its text differs in letter case or signs: “A red ball!”.",
  );
  expect(await importFolder(files, { ...columns, accept: true })).toBe("1 images");
  const stored = await db.sample.findFirstOrThrow({
    where: { sampleSet: { samples: { some: { origin: { path: ["model"], equals: "X" } } } } },
    include: { caption: true },
  });
  expect([stored.caption.text, stored.origin]).toEqual([
    "a red ball",
    { file: "a.png", model: "X", seed: "5", settings: { cfg: "7.5" } },
  ]);
  expect(await importFolder({ "1.png": image, "3.png": image }, { matchBy: "index" })).toBe("2 images");
  expect(await importFolder({ "x.png": image }, { accept: true })).toContain(
    "None of the images matches a caption",
  );
});
