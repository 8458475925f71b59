/** The how-to “Import a dataset”: every example of it is made, as it is written there, and read. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { main } from "@/cli/semblance";
import { withTestDatabase } from "@/tests/database";
import { tar } from "@/tests/lib/datasets/sources/archives";

const { dataFolder } = await withTestDatabase();

let said = "";
beforeEach(() => {
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    said += text;
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

async function semblance(...words: string[]): Promise<string> {
  said = "";
  expect(await main(["node", "semblance", ...words])).toBe(0);
  return said;
}

type Block = { kind: string; file: string; text: string };

/** The blocks of code below a heading. */
function blocksOf(heading: string): Block[] {
  const text = readFileSync("docs/how-to/import-a-dataset.md", "utf8");
  const section = text.split(/^## /m).find((each) => each.startsWith(`${heading}\n`))!;
  return [...section.matchAll(/^```(\w+) ?(\S*)\n([\s\S]*?)^```$/gm)].map(([, kind, file, content]) => ({
    ...{ kind: kind!, file: file!, text: content! },
  }));
}

let examples = 0;
const write = (folder: string, path: string, content: string | Buffer) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
};

/** Paths with what the text behind them says; nothing is decoded by a preview. */
function filesOf(tree: string): [path: string, content: string][] {
  return tree
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [path, content = ""] = line.trim().split(/\s{2,}/);
      return [path!, content];
    });
}

/** An example ends with what the preview says of it. */
async function expectExamples(heading: string): Promise<void> {
  let [folder, options]: [string, string[]] = ["", []];
  let isOpen = false;
  let seen = 0;
  for (const { kind, file, text } of blocksOf(heading)) {
    if (!isOpen) {
      folder = join(dataFolder, "imports", `example ${examples++}`);
      mkdirSync(folder);
      options = [];
      isOpen = true;
    }
    if (kind === "tree") for (const [path, content] of filesOf(text)) write(folder, path, content);
    else if (kind === "shards") await writeShards(folder, text);
    else if (file !== "") write(folder, file, text);
    else if (kind === "sh") options = optionsOf(text);
    else {
      expect(await semblance("datasets", "preview", folder, ...options)).toContain(text);
      isOpen = false;
      seen++;
    }
  }
  expect(seen).toBeGreaterThan(0);
}

/** What stands behind the path in the command of an example. */
function optionsOf(command: string): string[] {
  const words = [...command.split("\n")[0]!.matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain!,
  );
  const first = words.findIndex((word) => word.startsWith("--"));
  return first < 0 ? [] : words.slice(first);
}

async function writeShards(folder: string, text: string): Promise<void> {
  for (const [, name, content] of text.matchAll(/^(\S+\.tar)\n((?: {2}.*\n)+)/gm)) {
    write(folder, name!, await tar(Object.fromEntries(filesOf(content!))));
  }
}

test.each([
  "A text next to each image",
  "A table of captions",
  "imagefolder (Hugging Face)",
  "COCO's captions",
  "DreamBooth",
  "Archives and WebDataset",
])("the examples of “%s” are read as the how-to says", expectExamples);

test("the example of Parquet is read as the how-to says", async () => {
  const folder = join(dataFolder, "imports", "parquet");
  const [, rows] = blocksOf("Parquet of the Hub");
  const table = parquetWriteBuffer({
    columnData: [
      {
        name: "image",
        data: ["a", "b"].map((name) => ({ bytes: new Uint8Array([1]), path: `${name}.jpg` })),
      },
      { name: "text", data: [["a dog"], ["a cat", "the cat"]] },
    ],
    schema: [
      { name: "schema", num_children: 2 },
      { name: "image", num_children: 2, repetition_type: "OPTIONAL" },
      { name: "bytes", type: "BYTE_ARRAY", repetition_type: "OPTIONAL" },
      { name: "path", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" },
      { name: "text", num_children: 1, converted_type: "LIST", repetition_type: "OPTIONAL" },
      { name: "list", num_children: 1, repetition_type: "REPEATED" },
      { name: "element", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" },
    ],
  });
  write(folder, "train-00000-of-00001.parquet", Buffer.from(table));
  expect(await semblance("datasets", "preview", folder)).toContain(rows!.text);
});

test("the prompts are imported as the how-to says", async () => {
  const [, prompts, says] = blocksOf("Prompts without images");
  const path = join(dataFolder, prompts!.file);
  writeFileSync(path, prompts!.text);
  expect(await semblance("datasets", "import", path, "--name", "prompts")).toBe(says!.text);
});
