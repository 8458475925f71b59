/** The images and captions that training takes from a folder. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readImageFolder } from "@/lib/datasets/read-image-folder";
import { drawImage } from "@/tests/images";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "semblance-captions-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: string | Buffer = "") => {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
};

test("jpg, jpeg, png and webp pair with the lines of the text file of their path", async () => {
  for (const name of ["a.jpg", "b.JPEG", "more/c.png", "more/d.webp"]) write(name);
  write("a.txt", "one\r\n\n  two \n");
  for (const stem of ["b", "more/c", "more/d"]) write(`${stem}.txt`, stem);
  const { images, remarks } = await readImageFolder(folder);
  expect(images.map(({ name, captions }) => [name, captions])).toEqual([
    ["a.jpg", ["one", "two"]],
    ["b.JPEG", ["b"]],
    ["more/c.png", ["more/c"]],
    ["more/d.webp", ["more/d"]],
  ]);
  expect(images[2]!.path).toBe(join(folder, "more", "c.png"));
  expect(remarks).toEqual([]);
});

test("images without a caption are named, other files too", async () => {
  for (const name of ["a.jpg", "b.jpg", "notes.md"]) write(name);
  write("a.txt", "a dog");
  write("b.txt", " \n");
  const { images, remarks } = await readImageFolder(folder);
  expect(images).toHaveLength(1);
  expect(remarks.map(({ message }) => message)).toEqual([
    "notes.md is neither an image nor a caption file.",
    "b.jpg has no caption and is skipped.",
  ]);
});

test("a good image is taken if another of the same name is damaged", async () => {
  write("dog.jpg", "not an image");
  write("dog.png", await drawImage(1));
  write("dog.webp", await drawImage(1, { format: "webp" }));
  write("dog.txt", "a dog");
  const { images, remarks } = await readImageFolder(folder);
  expect(images.map(({ name }) => name)).toEqual(["dog.png"]);
  expect(remarks.map(({ file, kind }) => [file, kind])).toEqual([
    ["dog.jpg", "unreadable"],
    ["dog.webp", "duplicate"],
  ]);
});

test("captions that are not UTF-8 are not captions, and the error says why", async () => {
  write("a.jpg");
  write("a.txt", Buffer.from([0x63, 0x61, 0x66, 0xe9]));
  await expect(readImageFolder(folder)).rejects.toMatchObject({
    remedy: expect.stringContaining("a.txt is not text in UTF-8."),
  });
});

test("an empty and a missing folder are named", async () => {
  await expect(readImageFolder(folder)).rejects.toThrow(`${folder}: no image`);
  await expect(readImageFolder(join(folder, "gone"))).rejects.toMatchObject({ code: "not_found" });
});
