/** Pairing pictures with captions by the stem of their names. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { pairPicturesWithCaptions } from "@/lib/diffusion/training/picture-captions";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "semblance-captions-"));
});
afterEach(() => rm(folder, { recursive: true }));

const write = (name: string, text = "") => writeFile(join(folder, name), text);

test("jpg, jpeg, png and webp pair with the lines of the text file of their stem", async () => {
  for (const name of ["a.jpg", "b.JPEG", "c.png", "d.webp"]) await write(name);
  await write("a.txt", "one\r\n\n  two \n");
  for (const stem of ["b", "c", "d"]) await write(`${stem}.txt`, stem);
  const { pictures, withoutCaption } = await pairPicturesWithCaptions(folder);
  expect(pictures.map(({ path, captions }) => [path.slice(folder.length + 1), captions])).toEqual([
    ["a.jpg", ["one", "two"]],
    ["b.JPEG", ["b"]],
    ["c.png", ["c"]],
    ["d.webp", ["d"]],
  ]);
  expect(withoutCaption).toEqual([]);
});

test("pictures without a caption are listed, other files are ignored", async () => {
  for (const name of ["a.jpg", "b.jpg", "notes.md"]) await write(name);
  await write("a.txt", "a dog");
  await write("b.txt", " \n");
  await mkdir(join(folder, "more"));
  const { pictures, withoutCaption } = await pairPicturesWithCaptions(folder);
  expect(pictures).toHaveLength(1);
  expect(withoutCaption).toEqual(["b.jpg"]);
});

test("an empty and a missing folder are named", async () => {
  await expect(pairPicturesWithCaptions(folder)).rejects.toThrow(`${folder}: no picture`);
  await expect(pairPicturesWithCaptions(join(folder, "gone"))).rejects.toMatchObject({ code: "not_found" });
});
