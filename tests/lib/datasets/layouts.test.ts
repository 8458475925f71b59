/** The layouts in which data sets are published, each as small as it can be. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import type { ChosenColumns } from "@/lib/datasets/caption-formats/caption-format";
import { pairCaptions } from "@/lib/datasets/pair-captions";
import { openSource } from "@/lib/datasets/sources/open-source";
import { anyFile } from "@/lib/platform/server-files/file-access";
import { useDataFolder } from "@/tests/data-folder";
import { tar } from "./sources/archives";

const dataFolder = useDataFolder();
let sources = 0;

/** Captions by path, messages, and bytes as text by path. */
async function read(files: Record<string, Buffer | string>, columns: ChosenColumns = {}) {
  const folder = join(dataFolder, "imports", `source-${sources++}`);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const source = await openSource({ kind: "folder", path: folder }, anyFile, columns);
  try {
    const { images, remarks } = await pairCaptions(source.files, columns);
    const captions: Record<string, string[]> = {};
    const contents: Record<string, string> = {};
    for (const { file, captions: own } of images) {
      captions[file.path] = own.map(({ text }) => text);
      contents[file.path] = (await file.read()).toString();
    }
    return { captions, contents, messages: [...source.remarks, ...remarks].map(({ message }) => message) };
  } finally {
    await source.close();
  }
}

/** As the datasets library writes it: a struct of bytes and path, in groups of few rows. */
function hubParquet(rows: readonly { bytes: string; path: string | null; text: unknown }[]): Buffer {
  const isList = Array.isArray(rows[0]?.text);
  return Buffer.from(
    parquetWriteBuffer({
      columnData: [
        {
          name: "image",
          data: rows.map(({ bytes, path }) => ({ bytes: new Uint8Array(Buffer.from(bytes)), path })),
        },
        { name: "text", data: rows.map(({ text }) => text) },
      ],
      schema: [
        { name: "schema", num_children: 2 },
        { name: "image", num_children: 2, repetition_type: "OPTIONAL" },
        { name: "bytes", type: "BYTE_ARRAY", repetition_type: "OPTIONAL" },
        { name: "path", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" },
        ...(isList
          ? ([
              { name: "text", num_children: 1, converted_type: "LIST", repetition_type: "OPTIONAL" },
              { name: "list", num_children: 1, repetition_type: "REPEATED" },
              { name: "element", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" },
            ] as const)
          : ([
              { name: "text", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" },
            ] as const)),
      ],
      rowGroupSize: 2,
    }),
  );
}

const cocoImages = [
  { id: 9, file_name: "000000000009.jpg", license: 3 },
  { id: 25, file_name: "000000000025.jpg", license: 3 },
];

describe("are read: ", () => {
  test("imagefolder with metadata.csv or metadata.jsonl in each split", async () => {
    const { captions, messages } = await read({
      "train/metadata.csv": "file_name,text\n0001.png,a dog\nmore/0002.png,a cat\n",
      "train/0001.png": "",
      "train/more/0002.png": "",
      "test/metadata.jsonl": '{"file_name": "0001.png", "text": "a hen"}\n',
      "test/0001.png": "",
    });
    expect(captions).toEqual({
      "test/0001.png": ["a hen"],
      "train/0001.png": ["a dog"],
      "train/more/0002.png": ["a cat"],
    });
    expect(messages).toEqual([]);
  });

  test("COCO's captions beside its folders of images", async () => {
    const annotations = [
      { id: 1, image_id: 9, caption: "Food in boxes. " },
      { id: 2, image_id: 25, caption: "A giraffe." },
      { id: 3, image_id: 9, caption: "Broccoli and bread." },
    ];
    const { captions, messages } = await read({
      "annotations/captions_train2017.json": JSON.stringify({
        info: {},
        licenses: [],
        images: cocoImages,
        annotations,
      }),
      "train2017/000000000009.jpg": "",
      "train2017/000000000025.jpg": "",
    });
    expect(captions).toEqual({
      "train2017/000000000009.jpg": ["Food in boxes.", "Broccoli and bread."],
      "train2017/000000000025.jpg": ["A giraffe."],
    });
    expect(messages).toEqual([]);
  });

  test("WebDataset shards as img2dataset writes them", async () => {
    const sample = (key: string, caption: string) => ({
      [`${key}.jpg`]: key,
      [`${key}.txt`]: caption,
      [`${key}.json`]: JSON.stringify({ key, caption, url: "http://x/y", width: 256, status: "success" }),
    });
    const { captions, contents, messages } = await read({
      "00000.tar": await tar({ ...sample("000000000", "a dog"), ...sample("000000001", "a cat") }),
      "00001.tar": await tar(sample("000010000", "a hen")),
    });
    expect(captions).toEqual({
      "000000000.jpg": ["a dog"],
      "000000001.jpg": ["a cat"],
      "000010000.jpg": ["a hen"],
    });
    expect(contents["000010000.jpg"]).toBe("000010000");
    expect(messages).toEqual([]);
  });

  test("Parquet files of the Hub, by their paths or else their rows, in the order of their rows", async () => {
    const { captions, contents, messages } = await read({
      "data/train-00000-of-00002.parquet": hubParquet([
        { bytes: "A", path: "z.jpg", text: "a dog" },
        { bytes: "B", path: "y.jpg", text: "a cat" },
        { bytes: "C", path: "x.jpg", text: "a hen" },
      ]),
      "data/train-00001-of-00002.parquet": hubParquet([
        { bytes: "D", path: null, text: ["a cow", "the cow"] },
        { bytes: "E", path: null, text: ["a pig"] },
      ]),
    });
    expect(Object.entries(captions)).toEqual([
      ["z.jpg", ["a dog"]],
      ["y.jpg", ["a cat"]],
      ["x.jpg", ["a hen"]],
      ["data/train-00001-of-00002/0", ["a cow", "the cow"]],
      ["data/train-00001-of-00002/1", ["a pig"]],
    ]);
    expect(Object.values(contents).join("")).toBe("ABCDE");
    expect(messages).toEqual([]);
  });

  test("a Parquet table of captions beside the images", async () => {
    const table = parquetWriteBuffer({
      columnData: [
        { name: "file_name", data: ["a.jpg", "b.jpg"], type: "STRING" },
        { name: "caption", data: ["a dog", "a cat"], type: "STRING" },
      ],
    });
    const { captions, messages } = await read({
      "captions.parquet": Buffer.from(table),
      "a.jpg": "",
      "b.jpg": "",
    });
    expect(captions).toEqual({ "a.jpg": ["a dog"], "b.jpg": ["a cat"] });
    expect(messages).toEqual([]);
  });

  test("DreamBooth's folders of subjects with prompts_and_classes.txt", async () => {
    const { captions, messages } = await read({
      "prompts_and_classes.txt":
        "Classes\n\nsubject_name,class\ndog2,dog\ngrey_sloth_plushie,stuffed animal\ncat,animal\n\nPrompts\n\nObject Prompts\n\nprompt_list = [\n'a {0} {1} in the jungle'.format(unique_token, class_token)\n]\n",
      "dog2/00.jpg": "",
      "dog2/01.jpg": "",
      "grey_sloth_plushie/00.jpg": "",
      "cat/00.jpg": "",
    });
    expect(captions).toEqual({
      "cat/00.jpg": ["a photo of an animal"],
      "dog2/00.jpg": ["a photo of a dog"],
      "dog2/01.jpg": ["a photo of a dog"],
      "grey_sloth_plushie/00.jpg": ["a photo of a stuffed animal"],
    });
    expect(messages).toEqual([]);
  });

  test("files beside images, whatever the case of their endings", async () => {
    const { captions, messages } = await read({
      "A.JPG": "",
      "A.CAPTION": "one\ntwo",
      "b.GIF": "",
      "b.Json": '{"caption": "three"}',
    });
    expect(captions).toEqual({ "A.JPG": ["one", "two"], "b.GIF": ["three"] });
    expect(messages).toEqual([]);
  });

  test("tables and records of other names, by the columns that were chosen", async () => {
    const files = {
      "list.csv": "Photo,Alt text,Title,text\na.jpg,a dog,Rex,\n",
      "list.jsonl": '{"photo": "b.jpg", "alt text": "a cat", "title": "Tom"}\n',
      "a.jpg": "",
      "b.jpg": "",
    };
    const { captions, messages } = await read(files, { image: "photo", captions: ["alt text", "title"] });
    expect(captions).toEqual({ "a.jpg": ["a dog", "Rex"], "b.jpg": ["a cat", "Tom"] });
    expect(messages).toEqual([]);
    expect((await read(files, { captions: ["nothing"] })).messages).toEqual([
      "list.csv has no column nothing; its columns are Photo, Alt text, Title, text.",
      "list.jsonl has no caption in line 1.",
    ]);
  });
});

describe("are rejected by name: ", () => {
  const coco = (changed: object) =>
    JSON.stringify({
      images: cocoImages,
      annotations: [{ id: 1, image_id: 9, caption: "x" }],
      ...changed,
    });
  test.each([
    [
      "two images of one id",
      { "c.json": coco({ images: [...cocoImages, { id: 9, file_name: "another.jpg" }] }) },
      "c.json has two images with the id 9.",
    ],
    [
      "a caption of no image",
      { "c.json": coco({ annotations: [{ id: 1, image_id: 7, caption: "x" }] }) },
      "c.json has no image with the id 7, which annotation 1 is of.",
    ],
    [
      "annotations that are no captions",
      { "c.json": coco({ annotations: [{ id: 1, image_id: 9, bbox: [] }] }) },
      "c.json is not a file of COCO's captions (annotations.0.caption: ",
    ],
    [
      "names of files outside",
      { "sub/m.csv": "file_name,text\n../../etc/passwd.jpg,x\n/etc/b.jpg,y\n" },
      "sub/m.csv names 2 files outside of what is imported: ../../etc/passwd.jpg, /etc/b.jpg.",
    ],
    [
      "several columns of images",
      {
        "x.parquet": Buffer.from(
          parquetWriteBuffer({
            columnData: [
              { name: "image", data: [new Uint8Array([1])], type: "BYTE_ARRAY" },
              { name: "png", data: [new Uint8Array([1])], type: "BYTE_ARRAY" },
              { name: "text", data: ["x"], type: "STRING" },
            ],
          }),
        ),
      },
      "x.parquet has several columns of images: image, png.",
    ],
    [
      "a Parquet file that is none",
      { "x.parquet": "PAR1PAR1" },
      "x.parquet is not a readable Parquet file: ",
    ],
    [
      "a file of another encoding",
      { "m.csv": Buffer.from("file_name,text\na.jpg,caf\xe9\n", "latin1") },
      "m.csv is not text in UTF-8.",
    ],
  ] as const)("%s", async (_title, files, message) => {
    const { messages } = await read({
      "a.jpg": "",
      "a.txt": "x",
      "passwd.jpg": "",
      "passwd.txt": "x",
      ...files,
    });
    expect(messages).toEqual([expect.stringContaining(message)]);
  });
});
