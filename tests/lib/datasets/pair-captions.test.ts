/** Which caption belongs to which image, with other people's file names and formats. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { pairCaptions } from "@/lib/datasets/pair-captions";
import { sharedPath } from "@/tests/shared";

type Content = string | Buffer;

/** Captions by image, and what was said of the rest. */
async function pair(contents: Record<string, Content>) {
  const { images, remarks } = await pairCaptions(
    Object.entries(contents).map(([path, content]) => ({ path, read: async () => Buffer.from(content) })),
  );
  return {
    captions: Object.fromEntries(
      images.map(({ file, captions }) => [file.path, captions.map(({ text }) => text)]),
    ),
    remarks: [...images.flatMap((image) => image.remarks), ...remarks],
  };
}

describe("a text file beside an image", () => {
  test("belongs to the image of the same path, whatever is in other folders", async () => {
    const { captions, remarks } = await pair({
      "00.jpg": "",
      "00.txt": "at the top",
      "cats/00.jpg": "",
      "cats/00.txt": "a cat",
      "dogs/00.jpg": "",
      "dogs/00.txt": "a dog",
    });
    expect(captions).toEqual({
      "00.jpg": ["at the top"],
      "cats/00.jpg": ["a cat"],
      "dogs/00.jpg": ["a dog"],
    });
    expect(remarks).toEqual([]);
  });

  test("has a caption on each line; blank lines are none and repeated ones count once", async () => {
    expect((await pair({ "a.png": "", "a.txt": "\uFEFFone\r\n\r\n two \rone\n" })).captions).toEqual({
      "a.png": ["one", "two"],
    });
  });

  test("is one caption however its letters are composed", async () => {
    expect((await pair({ "a.png": "", "a.txt": "caf\u00e9\ncafe\u0301\n" })).captions).toEqual({
      "a.png": ["caf\u00e9"],
    });
  });

  test("meets the image in other letter case and in another Unicode form", async () => {
    const { captions, remarks } = await pair({
      "DOG.JPG": "",
      "dog.Txt": "a dog",
      "caf\u00e9.png": "",
      "cafe\u0301.txt": "a café",
    });
    expect(captions).toEqual({ "DOG.JPG": ["a dog"], "caf\u00e9.png": ["a café"] });
    expect(remarks).toEqual([]);
  });

  test("is not guessed where letter case leaves several", async () => {
    const { captions, remarks } = await pair({
      "Dog.jpg": "",
      "dog.jpg": "",
      "DOG.txt": "which?",
      "Cat.jpg": "",
      "cat.jpg": "",
      "cat.txt": "the lower one",
    });
    expect(captions).toEqual({ "Dog.jpg": [], "dog.jpg": [], "Cat.jpg": [], "cat.jpg": ["the lower one"] });
    expect(remarks.map(({ file, kind }) => [file, kind])).toEqual([["DOG.txt", "caption-without-image"]]);
  });

  test("of two endings is one, and the other is named", async () => {
    const { captions, remarks } = await pair({ "a.png": "", "a.TXT": "one", "a.txt": "two" });
    expect(captions["a.png"]).toHaveLength(1);
    expect(remarks).toMatchObject([{ kind: "duplicate", message: expect.stringContaining("a.TXT") }]);
  });

  test("comes before the sampler's record of the same name", async () => {
    const record = JSON.stringify({ caption: "from the record", seed: 1 });
    expect(await pair({ "a.png": "", "a.txt": "from the text", "a.json": record })).toEqual({
      captions: { "a.png": ["from the text"] },
      remarks: [],
    });
    expect((await pair({ "a.png": "", "a.json": record })).captions).toEqual({
      "a.png": ["from the record"],
    });
  });

  test("names with dots in them are whole names", async () => {
    const files = { "v1.2.jpg": "", "v1.2.txt": "two", "v1.3.jpg": "", "v1.3.txt": "three" };
    expect((await pair(files)).captions).toEqual({ "v1.2.jpg": ["two"], "v1.3.jpg": ["three"] });
  });
});

describe("a file that names images", () => {
  const images = { "0.png": "", "cats/1.png": "" };
  test.each<[string, Content]>([
    [
      "metadata.jsonl",
      '{"file_name": "0.png", "text": "a dog"}\n\n{"file_name": "cats/1.png", "text": "a cat"}\n',
    ],
    ["captions.csv", '\uFEFFfile,caption\r\n0.png,"a dog"\r\ncats/1.png,a cat\r\n'],
    ["captions.csv", "Prompt;Image\na dog;0.png\na cat;./cats/1.png\n"],
    ["captions.tsv", "file_name\tcaption\n0.png\ta dog\ncats\\1.png\ta cat\n"],
    ["captions.csv", "\r\n\r\nfile;caption\r\n0.png;a dog\r\ncats/1.png;a cat\r\n"],
    ["captions.csv", "sep=;\r\nfile;caption\r\n0.png;a dog\r\ncats/1.png;a cat\r\n"],
    ["captions.json", '{"0.png": "a dog", "cats/1": ["a cat"]}'],
    ["lists/captions.csv", "file,caption\n../0.png,a dog\n../cats/1.png,a cat\n"],
    [
      "captions.json",
      '[{"image": "0.png", "prompt": "a dog"}, {"image": "CATS/1.PNG", "captions": ["a cat"]}]',
    ],
  ])("%s is read (%#)", async (name, content) => {
    expect(await pair({ ...images, [name]: content })).toEqual({
      captions: { "0.png": ["a dog"], "cats/1.png": ["a cat"] },
      remarks: [],
    });
  });

  test("takes quotation marks between tabs for text where they are none around it", async () => {
    const rows = ['0.png\t"big" dog', 'cats/1.png\t"12 inch cat', '2.png\t3" of 4"', '3.png\t"whole"'];
    const read = async (...chosen: string[]) =>
      (
        await pair({
          ...images,
          "2.png": "",
          "3.png": "",
          "captions.tsv": `file\tcaption\n${chosen.join("\n")}\n`,
        })
      ).captions;
    expect(await read(...rows)).toMatchObject({
      "0.png": ['"big" dog'],
      "cats/1.png": ['"12 inch cat'],
      "2.png": ['3" of 4"'],
    });
    // The first mark would close at the end of the next row, and both would be one caption.
    expect(await read(rows[1]!, '2.png\ta ruler of 12"')).toMatchObject({
      "cats/1.png": ['"12 inch cat'],
      "2.png": ['a ruler of 12"'],
    });
    expect(await read(rows[3]!)).toMatchObject({ "3.png": ["whole"] });
  });

  test("counts its names from its own folder", async () => {
    const { captions } = await pair({
      "cats/0.png": "",
      "cats/metadata.jsonl": '{"file_name": "0.png", "text": "a cat"}',
      "dogs/0.png": "",
      "dogs/metadata.jsonl": '{"file_name": "0.png", "text": "a dog"}',
    });
    expect(captions).toEqual({ "cats/0.png": ["a cat"], "dogs/0.png": ["a dog"] });
  });

  test("gives several captions to one image, and names images that are not there", async () => {
    const { captions, remarks } = await pair({
      "0.png": "",
      "captions.csv": "file,caption\n0.png,one\n0.png,two\n7.png,gone\n",
    });
    expect(captions).toEqual({ "0.png": ["one", "two"] });
    expect(remarks).toMatchObject([
      { file: "captions.csv", kind: "caption-without-image", message: expect.stringContaining("7.png") },
    ]);
  });

  test("gives way to a text file of an image's own, and says so", async () => {
    const { captions, remarks } = await pair({
      "0.png": "",
      "0.txt": "its own",
      "captions.csv": "file,caption\n0.png,another\n",
    });
    expect(captions).toEqual({ "0.png": ["its own"] });
    expect(remarks).toMatchObject([{ file: "captions.csv", kind: "duplicate", refused: false }]);
  });
});

describe("ambiguous files are rejected with an error that names them, and never read as captions", () => {
  test.each<[string, Content, RegExp]>([
    ["array.json", '["a", "b", "c"]', /does not say which image/],
    ["captions.jsonl", '{"text": "a"}\n{"text": "b"}', /does not say which image/],
    ["captions.jsonl", '{"file_name": "0.png", "text": "a"\n', /not valid JSON in line 1/],
    ["captions.jsonl", '{"file_name": "0.png", "seed": 3}', /no caption in line 1/],
    [
      "captions.jsonl",
      '{"file_name": "0.png", "text": "a", "caption": "b"}',
      /both caption and text in line 1/,
    ],
    ["captions.jsonl", '{"file_name": "0.png", "text": 7}', /a caption that is not text/],
    ["captions.csv", "0.png,a dog\n", /no caption column; its columns are 0\.png, a dog/],
    ["captions.csv", "file,caption\n0.png,a dog, brown\n", /is not a table/],
    ["captions.csv", "file,caption,text\n0.png,a,b\n", /several caption columns: caption and text/],
    ["config.json", '{"model": {"size": 3}}', /a caption that is not text/],
    ["captions.json", "{", /not valid JSON/],
    ["0.txt", '{"file_name": "0.png", "text": "a"}\n{"file_name": "1.png", "text": "b"}', /contains JSON/],
    ["0.txt", '["a", "b"]', /contains JSON/],
    ["0.txt", Buffer.from([0x63, 0x61, 0x66, 0xe9]), /not text in UTF-8/],
    ["0.txt", Buffer.from("a dog", "utf16le"), /not text in UTF-8/],
    ["0.txt", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0]), /not text in UTF-8/],
    ["0.yaml", "caption: a dog", /neither an image nor a caption file/],
  ])("%s (%#)", async (name, content, message) => {
    const { captions, remarks } = await pair({ "0.png": "", [name]: content });
    expect(captions).toEqual({ "0.png": [] });
    expect(remarks).toHaveLength(1);
    expect(remarks[0]).toMatchObject({ file: name, refused: true, message: expect.stringMatching(message) });
    expect(remarks[0]!.message).toContain(name);
    expect(remarks[0]!.remedy).not.toBe("");
  });

  test("a bracket at the start of a caption is text", async () => {
    expect((await pair({ "0.png": "", "0.txt": "[red] a dog\n{blurred} a cat" })).captions).toEqual({
      "0.png": ["[red] a dog", "{blurred} a cat"],
    });
  });
});

test.each([
  ["UTF-8 with a mark", Buffer.from("\uFEFFein Käfer", "utf8")],
  ["UTF-16, little end first", Buffer.from("\uFEFFein Käfer", "utf16le")],
  ["UTF-16, big end first", Buffer.from("\uFEFFein Käfer", "utf16le").swap16()],
])("captions in %s are text", async (_, bytes) => {
  expect((await pair({ "0.png": "", "0.txt": bytes })).captions).toEqual({ "0.png": ["ein Käfer"] });
});

describe("reported folders", () => {
  const read = (folder: string, path = ""): Record<string, Buffer> =>
    Object.assign(
      {},
      ...readdirSync(`${folder}/${path}`, { withFileTypes: true }).map((entry) =>
        entry.isDirectory()
          ? read(folder, `${path}${entry.name}/`)
          : { [`${path}${entry.name}`]: readFileSync(`${folder}/${path}${entry.name}`) },
      ),
    );

  const stems = sharedPath("cases/17-folders-of-one-stem");
  test.skipIf(stems === null)("two folders of one stem keep their own captions", async () => {
    const { captions } = await pair(read(stems!));
    for (const [path, texts] of Object.entries(captions)) {
      expect(texts[0]).toMatch(path.startsWith("cats/") ? /^cats \d$/ : /^dogs \d$/);
    }
    expect(Object.keys(captions)).toHaveLength(6);
  });

  const lines = sharedPath("cases/06-captions-jsonl");
  test.skipIf(lines === null)("JSON lines and a table are read, a bare list is rejected", async () => {
    const { captions, remarks } = await pair(read(lines!));
    expect(captions).toEqual({
      "0.png": expect.arrayContaining(["caption 0", "a"]),
      "1.png": expect.arrayContaining(["caption 1", "b"]),
      "2.png": expect.arrayContaining(["caption 2"]),
    });
    expect(remarks).toMatchObject([{ file: "array.json", kind: "unreadable" }]);
  });
});

describe("what exports say beside captions", () => {
  const notes = async (contents: Record<string, Content>) => {
    const { images, remarks } = await pairCaptions(
      Object.entries(contents).map(([path, content]) => ({ path, read: async () => Buffer.from(content) })),
    );
    expect(remarks).toEqual([]);
    return images.map(({ captions }) => captions.map(({ tokenCount, ...said }) => said));
  };

  test("is in the JSON beside a text, which need not list all captions of it", async () => {
    const json = JSON.stringify({
      ...{ key: "a", caption: "one", captions: ["one", "two"], split: "held-out" },
      categories: [{}, { Category: ["Animals"] }],
    });
    expect(await notes({ "a.png": "", "a.txt": "one\ntwo\nthree\n", "a.json": json })).toEqual([
      [
        { text: "one", split: "HELD_OUT" },
        { text: "two", categories: { Category: ["Animals"] }, split: "HELD_OUT" },
        { text: "three", split: "HELD_OUT" },
      ],
    ]);
  });

  test("is absent in those of earlier versions, and other people's splits say nothing", async () => {
    expect(
      await notes({
        "a.png": "",
        "a.json": JSON.stringify({ key: "a", caption: ["two\nlines", "one"] }),
        "b.png": "",
        "b.txt": "a dog",
        "b.json": JSON.stringify({ key: "b", caption: "a dog", split: "test", categories: { id: 3 } }),
      }),
    ).toEqual([[{ text: "two\nlines" }, { text: "one" }], [{ text: "a dog" }]]);
  });

  test("is read from tables as well", async () => {
    const row = 'a.png,a dog,"{""Category"": [""Animals""]}",held-out';
    expect(await notes({ "a.png": "", "list.csv": `file_name,text,categories,Split\n${row}\n` })).toEqual([
      [{ text: "a dog", categories: { Category: ["Animals"] }, split: "HELD_OUT" }],
    ]);
  });
});
