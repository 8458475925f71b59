/** Captions from files that name several images. */
import { posix } from "node:path";
import type { ChosenColumns } from "./caption-formats/caption-format";
import { type CaptionSource, readEntries, refusal } from "./caption-source";
import { folderOf, stemOf } from "./file-names";
import type { ImportRemark } from "./import-report";
import type { PathIndex } from "./path-index";
import type { SourceFile } from "./sources/source-file";

/** Of all images: their paths, and their paths without extensions. */
export type ImagePaths = { readonly paths: PathIndex; readonly stems: PathIndex };

/** Captions by the path or the stem of the image that their file names. */
export async function readNamedCaptions(
  captionFiles: readonly SourceFile[],
  { paths, stems }: ImagePaths,
  columns: ChosenColumns,
  hasOwnCaptions: (stem: string) => boolean,
  remarks: ImportRemark[],
): Promise<Map<string, CaptionSource[]>> {
  const byImage = new Map<string, CaptionSource[]>();
  for (const file of captionFiles) {
    const entries = await readEntries(file, remarks, columns);
    if (entries === null || entries.length === 0) continue;
    if (entries.some(({ image }) => image === null || image === "")) {
      remarks.push(
        refusal(
          file.path,
          "unreadable",
          `${file.path} does not say which image each caption belongs to.`,
          "List the images in it, as file_name next to caption, or write a .txt for each image.",
        ),
      );
      continue;
    }
    const missing = new Set<string>();
    const outside = new Set<string>();
    const described = new Set<string>();
    for (const entry of entries) {
      const found = findImages(entry.image!, file.path, { paths, stems });
      if (found === "outside") outside.add(entry.image!);
      else if (found.length === 0) missing.add(entry.image!);
      for (const { key, stem } of found === "outside" ? [] : found) {
        if (hasOwnCaptions(stem)) described.add(key);
        else if (entry.caption !== "") {
          const sources = byImage.get(key) ?? [];
          sources.push({ file: file.path, entries: [entry], remarks: [] });
          byImage.set(key, sources);
        }
      }
    }
    if (outside.size > 0) {
      remarks.push(
        refusal(
          file.path,
          "caption-without-image",
          `${file.path} names ${outside.size === 1 ? "a file" : `${outside.size} files`} outside of what is imported: ${shortList(outside)}.`,
          "Write names relative to the caption file's folder, and import the folder that holds all of them.",
        ),
      );
    }
    if (missing.size > 0) {
      remarks.push(
        refusal(
          file.path,
          "caption-without-image",
          `${file.path} names ${countWords(missing)} missing: ${shortList(missing)}.`,
          "Write names relative to the caption file's folder, with their extensions.",
        ),
      );
    }
    if (described.size > 0) {
      remarks.push({
        ...refusal(
          file.path,
          "duplicate",
          `${file.path} describes ${countWords(described)} also described in a separate file, which was used: ${shortList(described)}.`,
          "Remove one of them.",
        ),
        refused: false,
      });
    }
  }
  return byImage;
}

type FoundImage = {
  /** A path, or a stem that several images may have. */
  readonly key: string;
  readonly stem: string;
};

/**
 * What a caption file calls `name`: seen from its own folder, from the outermost one, or the only image whose path ends so.
 *
 * @returns "outside" for a name that leads out of what is imported
 */
function findImages(
  name: string,
  captionFile: string,
  { paths, stems }: ImagePaths,
): FoundImage[] | "outside" {
  const written = name.replaceAll("\\", "/").normalize("NFC");
  const isFolder = written.endsWith("/");
  const candidates = [folderOf(captionFile).normalize("NFC"), ""].map((folder) =>
    posix.normalize(`${folder}${written}`),
  );
  for (const candidate of candidates) {
    if (isFolder) {
      const inside = paths.below(candidate);
      if (inside.length > 0) return inside.map(toFound);
      continue;
    }
    const path = paths.find(candidate);
    if (path !== null) return [toFound(path)];
    const stem = stems.find(candidate);
    if (stem !== null) return [{ key: stem, stem }];
  }
  if (leadsOut(written) || candidates.every(leadsOut)) return "outside";
  const path = paths.findByEnd(candidates[1]!);
  if (path !== null) return [toFound(path)];
  const stem = stems.findByEnd(candidates[1]!);
  return stem === null ? [] : [{ key: stem, stem }];
}

function toFound(path: string): FoundImage {
  return { key: path, stem: stemOf(path) };
}

function leadsOut(path: string): boolean {
  return path.startsWith("/") || path === ".." || path.startsWith("../") || /^[a-z]:/i.test(path);
}

function countWords({ size }: ReadonlySet<string>): string {
  return size === 1 ? "1 image that is" : `${size} images that are`;
}

function shortList(names: ReadonlySet<string>): string {
  const [first, more] = [[...names].slice(0, 5).join(", "), names.size - 5];
  return more > 0 ? `${first} and ${more} more` : first;
}
