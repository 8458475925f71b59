/** The images of a folder with their captions, as training takes them. */
import { readFile } from "node:fs/promises";
import { SemblanceError } from "@/lib/errors";
import { findImageFault } from "@/lib/images/decode-image";
import { stemOf } from "./file-names";
import type { ImportRemark } from "./import-report";
import { listFolder } from "./list-folder";
import { pairCaptions, uniqueRemarks } from "./pair-captions";

/** `name` is its path within the folder. */
export type CaptionedImage = {
  readonly path: string;
  readonly name: string;
  readonly captions: readonly string[];
};

/**
 * In the order of their paths, subfolders included. Of several images of one stem the first
 * that can be read is taken.
 *
 * @returns a remark for each file that was passed over
 * @throws SemblanceError as `listFolder`; `invalid_input` where no image has a caption
 */
export async function readImageFolder(
  folder: string,
): Promise<{ images: CaptionedImage[]; remarks: ImportRemark[] }> {
  const { files, unreadable } = await listFolder(folder);
  const { images, remarks: others } = await pairCaptions(
    files.map((file) => ({ ...file, read: () => readFile(file.absolutePath) })),
  );
  const remarks = [...others];
  const pass = (file: string, kind: ImportRemark["kind"], message: string, remedy: string) =>
    remarks.push({ file, kind, message, remedy, refused: true });
  for (const path of unreadable) {
    pass(path, "unreadable", `${path} cannot be opened.`, "Check that this account is allowed to read it.");
  }
  const counts = new Map<string, number>();
  for (const { file } of images) counts.set(stemOf(file.path), (counts.get(stemOf(file.path)) ?? 0) + 1);

  const taken = new Map<string, CaptionedImage>();
  for (const { file, captions, remarks: own } of images) {
    const { path: name, absolutePath: path } = file;
    const stem = stemOf(name);
    remarks.push(...own);
    if (captions.length === 0) {
      pass(name, "no-caption", `${name} has no caption and is skipped.`, `Write one into ${stem}.txt.`);
      continue;
    }
    if (counts.get(stem)! > 1) {
      const fault = await findImageFault(path, name);
      const twin = taken.get(stem);
      if (fault !== null || twin) {
        if (fault !== null) pass(name, "unreadable", fault.message, fault.remedy ?? "");
        else
          pass(name, "duplicate", `${name} and ${twin!.name} have the same name.`, "Keep only one of them.");
        continue;
      }
    }
    taken.set(stem, { path, name, captions: captions.map(({ text }) => text) });
  }
  if (taken.size > 0) return { images: [...taken.values()], remarks: uniqueRemarks(remarks) };
  const reason = remarks.find(({ kind }) => kind === "unreadable")?.message;
  throw new SemblanceError("invalid_input", `${folder}: no image in this folder has a caption.`, {
    remedy: `${reason ? `${reason} ` : ""}Put dog.txt, with one caption per line, next to dog.jpg (or another image), or list images and captions in a captions.csv.`,
  });
}
