import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { afterAll, describe, expect, test } from "vitest";
import { startImport } from "@/jobs/import-dataset/start";
import { browseImages, everyImage } from "@/lib/datasets/browse-images";
import { changeCaptionLanguage } from "@/lib/datasets/caption-language";
import { deleteDataset } from "@/lib/datasets/delete-dataset";
import { exportImages, exportLayouts } from "@/lib/datasets/export-images";
import { exportedImages } from "@/lib/datasets/exported-images";
import { getDataset } from "@/lib/datasets/get-dataset";
import { importDataset } from "@/lib/datasets/import-dataset";
import { listDatasets } from "@/lib/datasets/list-datasets";
import { previewImport } from "@/lib/datasets/preview-import";
import { env } from "@/lib/env";
import { Prisma } from "@/lib/generated/prisma/client";
import { stopQueue } from "@/lib/platform/jobs/queue";
import { operatorFiles } from "@/lib/platform/server-files/file-access";
import { readBlob, storeBlob } from "@/lib/platform/storage/store-blob";
import { withTestDatabase } from "@/tests/database";
import { drawImage } from "@/tests/images";
import { sharedPath } from "@/tests/shared";

const { db, dataFolder } = await withTestDatabase();
afterAll(() => stopQueue());

let folders = 0;

function writeFolder(files: Record<string, Buffer | string>): string {
  const path = join(dataFolder, "imports", `source-${folders++}`);
  mkdirSync(path);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
}

/** Starts an import and runs its job in this process. */
async function importFolder(files: Record<string, Buffer | string>) {
  const source = { kind: "folder" as const, path: writeFolder(files) };
  const { datasetId } = await startImport({ name: `dataset ${folders}`, source });
  const run = importDataset({ datasetId, source });
  return { datasetId, run };
}

async function remarksOn(files: Record<string, Buffer | string>) {
  const { run } = await importFolder({
    "good.png": await drawImage(99),
    "good.txt": "a good image",
    ...files,
  });
  return (await run).remarks;
}

describe("an import", () => {
  test("of an export gives an equal dataset, with its categories and split", async () => {
    const line = (fields: object) => `${JSON.stringify({ file_name: "cats/a.png", ...fields })}\n`;
    const { datasetId, run } = await importFolder({
      "cats/a.png": await drawImage(71),
      "b.png": await drawImage(72),
      "c.png": await drawImage(73),
      "metadata.jsonl":
        line({
          text: "a cat",
          categories: { Category: ["Animals"], skills: ["a", "b"] },
          split: "held-out",
        }) +
        line({ text: "another", split: "held-out" }) +
        line({ file_name: "b.png", text: "a dog", categories: ["as others have them"], split: "test" }) +
        line({
          file_name: "c.png",
          text: "excluded",
          split: "held-out",
          categories: { "\0\ud800": ["\0\ud800"] },
        }),
    });
    expect((await run).remarks).toEqual([]);
    const contents = (id: string) =>
      db.image.findMany({
        where: { datasetId: id, isExcluded: false },
        orderBy: { position: "asc" },
        select: {
          ...{ stem: true, fileName: true, blobSha256: true, split: true },
          captions: { orderBy: { position: "asc" }, select: { text: true, categories: true } },
        },
      });
    await db.image.updateMany({ where: { datasetId, stem: "c" }, data: { isExcluded: true } });
    const first = await contents(datasetId);
    expect(first).toMatchObject([
      {
        ...{ stem: "b", split: "TRAINING" },
        captions: [{ text: "a dog", categories: { categories: ["as others have them"] } }],
      },
      {
        ...{ stem: "cats/a", split: "HELD_OUT" },
        captions: [
          { text: "a cat", categories: { Category: ["Animals"], skills: ["a", "b"] } },
          { text: "another", categories: {} },
        ],
      },
    ]);
    for (const layout of exportLayouts) {
      const path = join(dataFolder, "imports", `export-${layout}`);
      expect(await exportImages(exportedImages(datasetId), layout, path)).toBe(2);
      const source = { kind: "folder" as const, path };
      const { rows, remarks } = await previewImport(source, {}, operatorFiles);
      expect(remarks).toEqual([]);
      expect(rows.at(-1)!.captions).toEqual([
        "a cat · skills: a, b · Category: Animals · held-out",
        "another · held-out",
      ]);
      const again = await startImport({ name: layout, source });
      await importDataset({ datasetId: again.datasetId, source }, { access: operatorFiles });
      expect(await contents(again.datasetId)).toEqual(first);
      expect(await getDataset(again.datasetId)).toMatchObject({ imageCount: 2, trainingCount: 1 });
    }
  });

  test("pairs images and captions by name and keeps every file's bytes", async () => {
    const jpeg = await drawImage(1, { format: "jpeg" });
    const { datasetId, run } = await importFolder({
      "dog-10.webp": await drawImage(2, { format: "webp" }),
      "dog-10.txt": "\uFEFFa dog\r\n\r\nthe same dog, again\n",
      "dog-2.JPG": jpeg,
      "dog-2.txt": "  a wet dog  ",
    });
    expect(await run).toMatchObject({ imageCount: 2, remarks: [] });
    const { images } = await browseImages(datasetId);
    expect(images).toMatchObject([
      { stem: "dog-2", widthPx: 96, heightPx: 80, captions: [{ text: "a wet dog", tokenCount: 3 }] },
      { stem: "dog-10", captions: [{ text: "a dog" }, { text: "the same dog, again" }] },
    ]);
    expect((await readBlob(images[0]!.sha256!)).equals(jpeg)).toBe(true);
    expect(await getDataset(datasetId)).toMatchObject({ state: "READY", imageCount: 2, captionCount: 3 });
    expect((await listDatasets()).datasets[0]).toMatchObject({ id: datasetId, captionCount: 3 });
  });

  test("stores the size of a rotated photograph as displayed", async () => {
    const upright = await sharp(await drawImage(3, { widthPx: 200, heightPx: 100 }))
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const { datasetId, run } = await importFolder({
      "turned.jpg": upright,
      "turned.txt": "a turned image",
    });
    await run;
    expect((await browseImages(datasetId)).images[0]).toMatchObject({ widthPx: 100, heightPx: 200 });
  });

  test("reports a truncated image", async () => {
    const whole = await drawImage(4, { format: "jpeg", widthPx: 300, heightPx: 300 });
    const cut = whole.subarray(0, whole.length / 2);
    expect(await remarksOn({ "cut.jpg": cut, "cut.txt": "cut" })).toMatchObject([
      { file: "cut.jpg", kind: "unreadable", refused: true },
    ]);
  });

  test("reports text with an image's extension", async () => {
    expect(await remarksOn({ "no.png": "not an image", "no.txt": "x" })).toMatchObject([
      { file: "no.png", kind: "unreadable" },
    ]);
  });

  test("reports images that occur twice, by bytes and by name", async () => {
    const image = await drawImage(5);
    const remarks = await remarksOn({
      "a.png": image,
      "a.txt": "a",
      "b.png": image,
      "b.txt": "b",
      "a.webp": await drawImage(6, { format: "webp" }),
    });
    expect(remarks).toMatchObject([
      { file: "a.webp", kind: "duplicate", message: "a.webp and a.png have the same name." },
      { file: "b.png", kind: "duplicate", message: "b.png is the same image as a.png." },
    ]);
  });

  test("reports images below 64 pixels and takes those of 64", async () => {
    const remarks = await remarksOn({
      "tiny.png": await drawImage(7, { widthPx: 63, heightPx: 200 }),
      "tiny.txt": "tiny",
      "small.png": await drawImage(8, { widthPx: 64, heightPx: 64 }),
      "small.txt": "small",
    });
    expect(remarks).toMatchObject([
      { file: "tiny.png", kind: "tiny", message: "tiny.png is 63 × 200 pixels." },
    ]);
  });

  test("reports images without a caption and captions without an image", async () => {
    const remarks = await remarksOn({
      "alone.png": await drawImage(9),
      "empty.png": await drawImage(10),
      "empty.txt": " \n\n",
      "prompts.txt": "a list of prompts",
    });
    expect(remarks).toMatchObject([
      { file: "alone.png", kind: "no-caption", refused: true },
      { file: "empty.png", kind: "no-caption", message: "empty.txt contains no usable caption." },
      { file: "prompts.txt", kind: "caption-without-image" },
    ]);
  });

  test("takes captions over 128 tokens, with a remark", async () => {
    const remarks = await remarksOn({
      "long.png": await drawImage(11),
      "long.txt": `short\n${"word ".repeat(129)}`,
      "edge.png": await drawImage(12),
      "edge.txt": "word ".repeat(128),
    });
    expect(remarks).toMatchObject([{ file: "long.txt", kind: "long-caption", refused: false }]);
    expect(remarks[0]!.message).toContain("line 2 of long.txt has 129 tokens");
  });

  test("reports caption files that are not UTF-8 text, and lines that are not sentences", async () => {
    const remarks = await remarksOn({
      "latin.png": await drawImage(13),
      "latin.txt": Buffer.from([0x63, 0x61, 0x66, 0xe9]),
      "run.png": await drawImage(14),
      "run.txt": `${"a".repeat(5000)}\na usable line`,
    });
    expect(remarks).toMatchObject([
      { file: "latin.txt", kind: "unreadable" },
      { file: "latin.png", kind: "no-caption" },
      { file: "run.txt", kind: "unreadable", message: expect.stringContaining("line 1 of run.txt") },
    ]);
  });

  test("reports files of other types, also behind an image's extension", async () => {
    const remarks = await remarksOn({
      "notes.pdf": "x",
      "drawing.png": "BM, then something",
      "drawing.txt": "x",
      "moving.gif": await sharp([await drawImage(15), await drawImage(16)], { join: { animated: true } })
        .gif()
        .toBuffer(),
      "moving.txt": "x",
      ".DS_Store": "x",
    });
    expect(remarks).toMatchObject([
      { file: "notes.pdf", kind: "unsupported" },
      { file: "drawing.png", kind: "unsupported", message: "drawing.png holds an image of type bmp." },
      { kind: "first-frame", message: "moving.gif has 2 frames; the first is used.", refused: false },
    ]);
  });

  test("says how many more files there are than its report lists", async () => {
    const stray = Object.fromEntries(Array.from({ length: 1003 }, (_, index) => [`${index}.pdf`, ""]));
    const { datasetId, run } = await importFolder({
      ...stray,
      "good.png": await drawImage(21),
      "good.txt": "good",
    });
    await run;
    const { report } = await getDataset(datasetId);
    expect(report).toHaveLength(1001);
    expect(report.at(-1)).toMatchObject({ kind: "not-listed", refused: true, count: 3 });
  });

  test("of nothing usable fails with its report and leaves no row behind", async () => {
    const { datasetId, run } = await importFolder({ "alone.png": await drawImage(16) });
    await expect(run).rejects.toMatchObject({ code: "invalid_file" });
    const dataset = await getDataset(datasetId);
    expect(dataset).toMatchObject({ state: "FAILED", imageCount: 0, report: [{ kind: "no-caption" }] });
  });

  test("of an empty folder says so", async () => {
    const { run } = await importFolder({});
    await expect(run).rejects.toThrow("There are no files to import.");
  });

  test("reads subfolders; the path of a file tells it from others of its name", async () => {
    const { datasetId, run } = await importFolder({
      "cats/00.png": await drawImage(30),
      "cats/00.txt": "a cat",
      "dogs/00.png": await drawImage(31),
      "dogs/00.txt": "a dog",
      "dogs/more/00.png": await drawImage(32),
      "__MACOSX/dogs/._00.png": "x",
    });
    expect((await run).remarks).toMatchObject([
      { file: "dogs/more/00.png", kind: "no-caption", message: "dogs/more/00.png has no caption file." },
    ]);
    expect((await browseImages(datasetId)).images).toMatchObject([
      { stem: "cats/00", fileName: "cats/00.png", captions: [{ text: "a cat" }] },
      { stem: "dogs/00", fileName: "dogs/00.png", captions: [{ text: "a dog" }] },
    ]);
  });

  test("takes a good image if another of the same name is damaged, too small or of another kind", async () => {
    const cut = (await drawImage(33, { format: "jpeg", widthPx: 300, heightPx: 300 })).subarray(0, 3000);
    const { datasetId, run } = await importFolder({
      "dog.jpg": cut,
      "dog.png": await drawImage(34),
      "dog.txt": "a dog",
      "cat.jpg": await drawImage(35, { widthPx: 20 }),
      "cat.png": "BM, then something",
      "cat.webp": await drawImage(37, { format: "webp" }),
      "cat.txt": "a cat",
    });
    expect((await run).remarks.map(({ file, kind }) => [file, kind])).toEqual([
      ["cat.jpg", "tiny"],
      ["cat.png", "unsupported"],
      ["dog.jpg", "unreadable"],
    ]);
    expect((await browseImages(datasetId)).images).toMatchObject([
      { fileName: "cat.webp" },
      { fileName: "dog.png" },
    ]);
  });

  test("accepts a photograph with decoder warnings, with a remark", async () => {
    const jpeg = await drawImage(38, { format: "jpeg" });
    const table = jpeg.indexOf(Buffer.from([0xff, 0xdb]));
    const flawed = Buffer.concat([jpeg.subarray(0, table), Buffer.from([1, 2, 3, 4]), jpeg.subarray(table)]);
    expect(await remarksOn({ "stray.jpg": flawed, "stray.txt": "a" })).toMatchObject([
      {
        file: "stray.jpg",
        kind: "flawed",
        refused: false,
        message: expect.stringContaining("slightly damaged"),
      },
    ]);
  });

  test("rejects images of more pixels than the setting allows", async () => {
    const sidePx = Math.ceil(Math.sqrt(env().largestImagePixels)) + 1;
    const wall = sharp({ create: { width: sidePx, height: sidePx, channels: 3, background: "#888" } });
    const bytes = await wall.png({ compressionLevel: 1 }).toBuffer();
    expect(await remarksOn({ "wall.png": bytes, "wall.txt": "a" })).toMatchObject([
      { file: "wall.png", kind: "too-large", message: "wall.png has more than 64 megapixels." },
    ]);
  });

  test("reads captions from files that name the images", async () => {
    const { datasetId, run } = await importFolder({
      "0.png": await drawImage(39),
      "sub/1.png": await drawImage(40),
      "metadata.jsonl": '{"file_name": "0.png", "text": "a"}\n{"file_name": "sub/1.png", "text": "b"}\n',
    });
    expect((await run).remarks).toEqual([]);
    expect((await browseImages(datasetId)).images).toMatchObject([
      { captions: [{ text: "a" }] },
      { captions: [{ text: "b" }] },
    ]);
  });

  test("that was broken off goes on where it was, and has half a dataset at no time", async () => {
    const names = Array.from({ length: 104 }, (_, index) => `${index}.png`);
    const files: Record<string, Buffer | string> = {};
    for (const [index, name] of names.entries()) {
      files[name] = await drawImage(1000 + index, { widthPx: 64, heightPx: 64 });
      files[`${index}.txt`] = `image ${index}\nagain ${index}`;
    }
    files["3.png"] = "broken";
    files["5.png"] = files["4.png"]!;
    const path = writeFolder(files);
    const source = { kind: "folder" as const, path };
    const { datasetId } = await startImport({ name: "broken off", source });
    const stop = new AbortController();
    const onProgress = (done: number) => {
      if (done === 101) stop.abort();
    };
    await expect(
      importDataset({ datasetId, source }, { signal: stop.signal, onProgress }),
    ).rejects.toMatchObject({
      code: "cancelled",
    });
    expect(await db.stagedImage.count({ where: { datasetId } })).toBe(100);
    expect(await getDataset(datasetId)).toMatchObject({ state: "IMPORTING", imageCount: 0 });
    // What was looked at is not read again: it need not be there any more.
    writeFileSync(join(path, "0.png"), "lost in the meantime");
    const progress: number[] = [];
    const { imageCount, remarks } = await importDataset(
      { datasetId, source },
      { onProgress: (done) => progress.push(done) },
    );
    expect(imageCount).toBe(102);
    expect(Math.min(...progress)).toBe(100);
    expect(remarks.map(({ file, kind }) => [file, kind])).toEqual([
      ["3.png", "unreadable"],
      ["5.png", "duplicate"],
    ]);
    expect(await getDataset(datasetId)).toMatchObject({ state: "READY", imageCount: 102, captionCount: 204 });
    const { images } = await browseImages(datasetId, everyImage, { pageSize: 200 });
    expect(images.map(({ fileName }) => fileName)).toEqual(
      names.filter((name) => name !== "3.png" && name !== "5.png"),
    );
    expect(images[101]!.captions.map(({ text }) => text)).toEqual(["image 103", "again 103"]);
    expect(await db.stagedImage.count()).toBe(0);
    expect(await db.rendition.count({ where: { sourceSha256: images[0]!.sha256! } })).toBeGreaterThan(0);
  });

  test("starts over where the source has other images than before", async () => {
    const { datasetId, run } = await importFolder({ "a.png": await drawImage(61), "a.txt": "a" });
    await run;
    await db.image.deleteMany({ where: { datasetId } });
    await db.dataset.update({ where: { id: datasetId }, data: { state: "IMPORTING" } });
    await db.stagedImage.create({
      data: { datasetId, position: 0, path: "b.png", stem: "b", captions: [], remarks: [] },
    });
    const path = writeFolder({ "c.png": await drawImage(62), "c.txt": "c" });
    await importDataset({ datasetId, source: { kind: "folder", path } });
    expect((await browseImages(datasetId)).images).toMatchObject([{ fileName: "c.png" }]);
  });

  test("that was cancelled adds nothing", async () => {
    const { datasetId, run } = await importFolder({ "a.png": await drawImage(17), "a.txt": "a" });
    await run;
    await db.image.deleteMany({ where: { datasetId } });
    await db.dataset.update({ where: { id: datasetId }, data: { state: "FAILED", contents: Prisma.DbNull } });
    const path = writeFolder({ "b.png": await drawImage(18), "b.txt": "b" });
    await importDataset({ datasetId, source: { kind: "folder", path } });
    expect(await getDataset(datasetId)).toMatchObject({ state: "FAILED", imageCount: 0 });
    const source = { kind: "folder" as const, path };
    await expect(importDataset({ datasetId, source }, { signal: AbortSignal.abort() })).rejects.toMatchObject(
      {
        code: "cancelled",
      },
    );
  });

  test("of uploaded nested folders equals that of the same folder on the server", async () => {
    const files: Record<string, Buffer | string> = {
      "pets/cats/00.png": await drawImage(41),
      "pets/cats/00.txt": "a cat",
      "pets\\dogs\\00.png": await drawImage(42),
      "pets/dogs/00.txt": "a dog",
      "../pets/dogs/01.png": await drawImage(43),
      "/pets/dogs/01.txt": "another dog",
      "pets/.DS_Store": "x",
    };
    const stored = await Promise.all(
      Object.entries(files).map(async ([name, bytes]) => ({
        name,
        sha256: (await storeBlob(Buffer.from(bytes), { mediaType: "application/octet-stream" })).sha256,
      })),
    );
    const source = { kind: "upload" as const, files: stored };
    const { datasetId } = await startImport({ name: "pets", source });
    expect(await importDataset({ datasetId, source })).toMatchObject({ imageCount: 3, remarks: [] });
    expect((await browseImages(datasetId)).images).toMatchObject([
      { stem: "cats/00", captions: [{ text: "a cat" }] },
      { stem: "dogs/00", captions: [{ text: "a dog" }] },
      { stem: "dogs/01", captions: [{ text: "another dog" }] },
    ]);
  });

  test("of uploads reads them from the store, under the names that the browser gave", async () => {
    const files = [
      { name: "holiday/dog.png", bytes: await drawImage(19) },
      { name: "holiday/dog.txt", bytes: Buffer.from("a dog on the beach") },
    ];
    const stored = await Promise.all(
      files.map(async ({ name, bytes }) => ({
        name,
        sha256: (await storeBlob(bytes, { mediaType: "application/octet-stream" })).sha256,
      })),
    );
    const source = { kind: "upload" as const, files: stored };
    const { datasetId } = await startImport({ name: "uploads", source });
    expect(await importDataset({ datasetId, source })).toMatchObject({ imageCount: 1, remarks: [] });
    expect((await browseImages(datasetId)).images[0]).toMatchObject({ stem: "dog" });
  });
});

describe("starting an import", () => {
  test.each([
    ["a folder that is not there", join(dataFolder, "imports/nowhere"), "not_found"],
    ["a relative path", "photographs", "invalid_input"],
    ["a file", join(dataFolder, "imports/file"), "invalid_input"],
    ["a folder elsewhere", "/etc", "invalid_input"],
    ["a folder elsewhere that is not there", "/no/such/folder", "invalid_input"],
  ])("refuses %s at its field", async (_case, path, code) => {
    writeFileSync(join(dataFolder, "imports/file"), "");
    await expect(startImport({ name: "x", source: { kind: "folder", path } })).rejects.toMatchObject({
      code,
      details: { field: "path" },
    });
    expect(await db.dataset.count({ where: { name: "x" } })).toBe(0);
  });

  test("rejects a name in use, and enqueues nothing then", async () => {
    const source = { kind: "folder" as const, path: join(dataFolder, "imports") };
    await startImport({ name: "taken", source });
    const jobs = await db.job.count();
    await expect(startImport({ name: "taken", source })).rejects.toMatchObject({
      code: "conflict",
      details: { field: "name" },
    });
    expect(await db.job.count()).toBe(jobs);
  });

  test("rejects uploads that never arrived", async () => {
    const files = [{ name: "a.png", sha256: "0".repeat(64) }];
    await expect(startImport({ name: "y", source: { kind: "upload", files } })).rejects.toThrow(
      "The upload of a.png is missing.",
    );
  });
});

test("a dataset can be deleted only if nothing needs it", async () => {
  const { datasetId, run } = await importFolder({ "a.png": await drawImage(20), "a.txt": "a" });
  await expect(deleteDataset(datasetId)).rejects.toMatchObject({ code: "conflict" });
  await run;
  const fineTune = await db.fineTune.create({ data: { name: "f", part: "BASE", datasetId, settings: {} } });
  await expect(deleteDataset(datasetId)).rejects.toThrow("is used by 1 fine-tune.");
  await db.fineTune.delete({ where: { id: fineTune.id } });
  await deleteDataset(datasetId);
  await expect(getDataset(datasetId)).rejects.toMatchObject({ code: "not_found" });
});

const dogs = sharedPath("dogs/images");
test.skipIf(dogs === null)(
  "the 32 photographs of the report's experiment come in without a remark",
  async () => {
    const source = { kind: "folder" as const, path: dogs! };
    const { datasetId } = await startImport({ name: "dogs", source }, { isOperator: true });
    const run = importDataset({ datasetId, source }, { access: operatorFiles });
    expect(await run).toMatchObject({ imageCount: 32, remarks: [] });
    expect(await getDataset(datasetId)).toMatchObject({ captionCount: 32 });
  },
);

const subfolders = sharedPath("cases/02-subfolders");
test.skipIf(subfolders === null)("all three images of a folder with a subfolder come in", async () => {
  const source = { kind: "folder" as const, path: subfolders! };
  const { datasetId } = await startImport({ name: "subfolders", source }, { isOperator: true });
  const run = importDataset({ datasetId, source }, { access: operatorFiles });
  expect(await run).toMatchObject({ imageCount: 3, remarks: [] });
  expect((await browseImages(datasetId)).images.map(({ fileName }) => fileName)).toEqual([
    "a.jpg",
    "more/b.jpg",
    "more/c.jpg",
  ]);
});

describe("the language of captions", () => {
  const source = { kind: "folder" as const, path: join(dataFolder, "imports") };

  test("is English unless said otherwise, is kept in its canonical form, and can be changed", async () => {
    const languageOf = async (id: string) =>
      (await db.dataset.findUniqueOrThrow({ where: { id } })).captionLanguage;
    const english = await startImport({ name: "no language", source });
    expect(await languageOf(english.datasetId)).toBe("en");
    const brazilian = await startImport({ name: "pt", captionLanguage: " PT-br ", source });
    expect(await languageOf(brazilian.datasetId)).toBe("pt-BR");
    await changeCaptionLanguage(brazilian.datasetId, "ar");
    expect(await languageOf(brazilian.datasetId)).toBe("ar");
  });

  test.each(["", "e", "pt_BR", "in English"])("refuses “%s” at its field", async (captionLanguage) => {
    await expect(startImport({ name: "bad language", captionLanguage, source })).rejects.toMatchObject({
      issues: [{ path: ["captionLanguage"] }],
    });
  });
});
