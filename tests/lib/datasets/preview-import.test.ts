import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, test } from "vitest";
import { previewImport } from "@/lib/datasets/preview-import";
import { dataPaths } from "@/lib/env";
import { formFiles } from "@/lib/platform/server-files/file-access";
import { useDataFolder } from "@/tests/data-folder";
import { tar } from "./sources/archives";

const dataFolder = useDataFolder();

function write(folder: string, files: Record<string, Buffer | string>): string {
  const path = join(dataFolder, "imports", folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
}

test("a preview says what is read as what, shows the first rows, and names what is rejected; nothing is stored", async () => {
  const many = Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [
      [`${index}.jpg`, ""] as const,
      [`${index}.txt`, `dog ${index}`] as const,
    ]).flat(),
  );
  const path = write("mixed", {
    ...many,
    "shard.tar": await tar({ "s.png": "", "s.txt": "a seal" }),
    "bare.webp": "",
    "list.csv": "file_name,caption,mood\n0.jpg,again,glad\n",
    "notes.pdf": "",
  });
  const preview = await previewImport({ kind: "folder", path }, {}, formFiles);
  expect(preview).toMatchObject({ imageCount: 14, captionedCount: 13, captionCount: 13 });
  expect(preview.rows).toHaveLength(10);
  expect(preview.rows.slice(0, 2)).toEqual([
    { path: "0.jpg", captions: ["dog 0"] },
    { path: "1.jpg", captions: ["dog 1"] },
  ]);
  expect(preview.readAs).toEqual([
    { files: "shard.tar", as: "archive of 2 files" },
    { files: "12 .jpg files", as: "images" },
    { files: "13 .txt files", as: "captions of the image of the same name" },
    { files: "1 .webp file", as: "images" },
    { files: "1 .png file", as: "images" },
    { files: "list.csv", as: ".csv or .tsv with the columns file_name and caption" },
  ]);
  expect(preview.columns).toEqual(["file_name", "caption", "mood"]);
  expect(preview.remarks.map(({ file, kind }) => [file, kind])).toEqual([
    ["notes.pdf", "unsupported"],
    ["list.csv", "duplicate"],
    ["bare.webp", "no-caption"],
  ]);
  expect(preview.remarkCount).toBe(3);
  expect(existsSync(dataPaths().blobs) ? readdirSync(dataPaths().blobs) : []).toEqual([]);
});

test("a Parquet file of unusual columns lists them, and is read by those that are chosen", async () => {
  const column = (name: string, data: unknown[], type: "STRING" | "BYTE_ARRAY") => ({ name, data, type });
  const bytes = new Uint8Array([1]);
  const table = parquetWriteBuffer({
    columnData: [
      column("image", [bytes, bytes], "BYTE_ARRAY"),
      column("alt", ["a dog", "a cat"], "STRING"),
    ] as never,
  });
  const path = join(write("hub", { "x.parquet": Buffer.from(table) }), "x.parquet");
  const unread = await previewImport({ kind: "folder", path }, {}, formFiles);
  expect(unread).toMatchObject({ imageCount: 0, columns: ["image", "alt"] });
  expect(unread.remarks[0]!.message).toBe("x.parquet has no column of captions; its columns are image, alt.");
  const read = await previewImport({ kind: "folder", path }, { captions: ["alt"] }, formFiles);
  expect(read.rows).toEqual([
    { path: "x/0", captions: ["a dog"] },
    { path: "x/1", captions: ["a cat"] },
  ]);
  expect(read.readAs).toEqual([
    { files: "x.parquet", as: "Parquet with 2 images; columns image, alt" },
    { files: "2 rows", as: "images" },
  ]);
});
