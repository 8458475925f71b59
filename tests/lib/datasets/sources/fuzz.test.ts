/**
 * Mutated archives and tables: each is read, or rejected by a message that names it, and leaves nothing behind. The same seed
 * gives the same mutations; FUZZ_CASES sets their number.
 */
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, test } from "vitest";
import { pairCaptions } from "@/lib/datasets/pair-captions";
import { openSource } from "@/lib/datasets/sources/open-source";
import { readSource } from "@/lib/datasets/sources/source-file";
import { dataPaths } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { Random } from "@/lib/numerics/random";
import { anyFile } from "@/lib/platform/server-files/file-access";
import { useDataFolder } from "@/tests/data-folder";
import { tar, tarGz, zip } from "./archives";

const dataFolder = useDataFolder();
const caseCount = Number(process.env.FUZZ_CASES ?? 200);

const contents = {
  "cats/1.jpg": Buffer.alloc(300, 7),
  "cats/1.txt": "a cat\nthe cat",
  "2.png": "two",
  "captions.csv": 'file_name,text\n2.png,"a ""small"" dog"\n',
};
const coco = {
  images: [{ id: 1, file_name: "a.jpg" }],
  annotations: [{ id: 1, image_id: 1, caption: "a dog" }],
};
const parquet = parquetWriteBuffer({
  columnData: [
    { name: "image", data: [1, 2, 3].map((byte) => new Uint8Array([byte])), type: "BYTE_ARRAY" },
    { name: "text", data: ["a dog", "a cat", "a cat"], type: "STRING" },
  ],
  rowGroupSize: 2,
});
const originals: Record<string, Buffer> = {
  "x.zip": zip(contents),
  "x.tar": await tar(contents),
  "x.tgz": await tarGz(contents),
  "x.parquet": Buffer.from(parquet),
  "x.csv": Buffer.from('sep=;\nfile_name;caption;mood\na.jpg;"a; dog";glad\nb.jpg;a cat;\n'),
  "x.tsv": Buffer.from('file_name\tprompt\na.jpg\ta 12" dog\nb.jpg\ta cat\n'),
  "x.json": Buffer.from(JSON.stringify([{ file_name: "a.jpg", captions: ["a dog", "a cat"] }])),
  "x.jsonl": Buffer.from('{"file_name": "a.jpg", "text": "a dog"}\n{"file_name": "b.jpg", "text": "é"}\n'),
  "coco.json": Buffer.from(JSON.stringify(coco)),
  "a.txt": Buffer.from("\uFEFFa dog\r\nthe dog\n"),
  "prompts_and_classes.txt": Buffer.from("Classes\n\nsubject_name,class\ndog2,dog\n\nPrompts\n"),
};

/** Other bytes, fewer, more, or parts of it twice. */
function mutate(bytes: Buffer, random: Random): Buffer {
  const mutated = Buffer.from(bytes);
  const at = () => random.integer(mutated.length);
  const kind = random.integer(6);
  if (kind === 0) return mutated.subarray(0, at());
  if (kind === 1) return Buffer.concat([mutated.subarray(0, at()), mutated.subarray(at())]);
  if (kind === 2)
    return Buffer.concat([mutated.subarray(0, at()), Buffer.alloc(1 + at(), random.integer(256)), mutated]);
  const extremes = [0x00, 0xff, 0x7f, 0x80, 0x2f, 0x2e, 0x22, 0x0a];
  for (let count = 1 + random.integer(8); count > 0; count--) {
    mutated[at()] = kind === 3 ? random.integer(256) : extremes[random.integer(extremes.length)]!;
  }
  return mutated;
}

async function readAll(folder: string): Promise<string[]> {
  const source = await openSource({ kind: "folder", path: folder }, anyFile);
  try {
    const { images, remarks } = await pairCaptions(source.files);
    const failed: string[] = [];
    for (const { file } of images) {
      const bytes = await readSource(file);
      if (bytes instanceof SemblanceError) failed.push(bytes.message);
    }
    return [...source.remarks, ...remarks, ...images.flatMap((image) => image.remarks)]
      .map(({ message }) => message)
      .concat(failed);
  } finally {
    await source.close();
  }
}

test(`${caseCount} mutated archives and tables are read, or rejected by name`, {
  timeout: 3_600_000,
}, async () => {
  const names = Object.keys(originals).filter((name) => name !== "x.parquet");
  const folder = join(dataFolder, "imports");
  let rejected = 0;
  for (let index = 0; index < caseCount; index++) {
    const random = new Random(20261129, index);
    // Each that is rejected for running without end costs the limit of time.
    const name = index % 25 === 24 ? "x.parquet" : names[index % names.length]!;
    // An image and its captions, so that no source is a single file.
    writeFileSync(join(folder, "a.jpg"), "an image");
    writeFileSync(join(folder, name), mutate(originals[name]!, random));
    try {
      const messages = await readAll(folder);
      if (messages.length > 0) rejected++;
      for (const message of messages) expect(message, `case ${index}`).toMatch(/^[^\n]{1,2000}$/);
    } catch (error) {
      throw new Error(`Case ${index} (${name}) ends in ${error}`, { cause: error });
    }
    rmSync(join(folder, name));
  }
  expect(rejected).toBeGreaterThan(caseCount / 4);
  expect(readdirSync(join(dataPaths().blobs, "drafts"))).toEqual([]);
  if (caseCount > 1000) {
    console.info(
      `${rejected} of ${caseCount} rejected, ${Math.round(process.resourceUsage().maxRSS / 1024)} MB at most`,
    );
  }
});
