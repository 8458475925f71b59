/** The captions of images that were listed by their paths, from the files that are beside them. */
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { captionExtensions } from "./caption-formats";
import { extensionOf, isHiddenPath } from "./file-names";
import type { ImportRemark } from "./import-report";
import { pairCaptions } from "./pair-captions";

/**
 * @param paths of images, absolute or from the working folder
 * @param root folder of all of them, whose own caption files may name those in its subfolders; absent: there is none
 * @returns captions by path, empty for images that have none; remarks on caption files that could not be used
 */
export async function captionsBeside(
  paths: readonly string[],
  root?: string,
): Promise<{ captions: Map<string, string[]>; remarks: ImportRemark[] }> {
  const absolute = new Map(paths.map((path) => [slashed(resolve(path)), path]));
  const folders = new Set([...absolute.keys()].flatMap((path) => foldersUpTo(dirname(path), root)));
  const files = [...absolute].map(([path, given]) => ({ path, read: () => readFile(given) }));
  for (const folder of [...folders].sort()) {
    const names = await readdir(folder).catch(() => []);
    for (const name of names.sort()) {
      if (isHiddenPath(name) || !captionExtensions.includes(extensionOf(name))) continue;
      files.push({ path: slashed(join(folder, name)), read: () => readFile(join(folder, name)) });
    }
  }
  const { images, remarks } = await pairCaptions(files);
  const own = images.flatMap((image) => image.remarks);
  return {
    captions: new Map(
      images.map(({ file, captions }) => [absolute.get(file.path)!, captions.map(({ text }) => text)]),
    ),
    // Other images of the folders may not have been listed; their captions are nobody's fault.
    remarks: [...remarks.filter(({ kind }) => kind === "unreadable"), ...own],
  };
}

/** The folder of an image, and those above it as far as `root`. */
function foldersUpTo(folder: string, root: string | undefined): string[] {
  const top = root === undefined ? folder : resolve(root);
  const isInside = !relative(top, folder).startsWith("..");
  return folder === top || !isInside ? [folder] : [folder, ...foldersUpTo(dirname(folder), root)];
}

function slashed(path: string): string {
  return process.platform === "win32" ? path.replaceAll("\\", "/") : path;
}
