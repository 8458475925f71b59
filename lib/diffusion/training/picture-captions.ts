/** Finds pictures and their captions in a folder, paired by the stem of their file names. */
import { readdir, readFile } from "node:fs/promises";
import { join, parse } from "node:path";
import { SemblanceError } from "@/lib/errors";
import type { CaptionedPicture } from "./captioned-picture";

const pictureExtensions = new Set([".jpg", ".jpeg", ".png", ".webp"]);

/**
 * Pairs every picture (jpg, jpeg, png, webp) of a folder with the lines of the .txt file of the same stem, in the
 * order of the names. Blank lines are no captions. Pictures without a caption are left out and listed.
 *
 * @throws SemblanceError `not_found` where there is no such folder, `invalid_input` where nothing in it pairs.
 */
export async function pairPicturesWithCaptions(
  folder: string,
): Promise<{ pictures: CaptionedPicture[]; withoutCaption: string[] }> {
  const names = await readFolder(folder);
  const captionFiles = new Map(
    names.filter((name) => parse(name).ext.toLowerCase() === ".txt").map((name) => [parse(name).name, name]),
  );
  const pictures: CaptionedPicture[] = [];
  const withoutCaption: string[] = [];
  for (const name of names) {
    const { name: stem, ext } = parse(name);
    if (!pictureExtensions.has(ext.toLowerCase())) continue;
    const captionFile = captionFiles.get(stem);
    const captions = captionFile === undefined ? [] : await readCaptions(join(folder, captionFile));
    if (captions.length === 0) withoutCaption.push(name);
    else pictures.push({ path: join(folder, name), captions });
  }
  if (pictures.length === 0) {
    throw new SemblanceError("invalid_input", `${folder}: no picture in this folder has a caption.`, {
      remedy: "Put dog.jpg (or png, webp) and dog.txt side by side, one caption per line of dog.txt.",
    });
  }
  return { pictures, withoutCaption };
}

async function readFolder(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    throw new SemblanceError("not_found", `${folder}: there is no such folder of pictures.`, {
      remedy: "Check the path of the folder, and that this account may read it.",
      cause: error,
    });
  }
}

async function readCaptions(path: string): Promise<string[]> {
  const text = await readFile(path, "utf8");
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
