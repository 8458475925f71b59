/**
 * Finds the captions of images: in a file of the same name beside each (dog.jpg, dog.txt), or in files that name
 * several (captions.csv, metadata.jsonl). Imports, training and evaluations pair files here.
 */
import { posix } from "node:path";
import { countTokens, defaultContextLength } from "@/lib/diffusion/model/tokenizer";
import { SemblanceError } from "@/lib/errors";
import { isImageName } from "@/lib/images/image-formats";
import { captionExtensions } from "./caption-formats";
import type { CaptionEntry } from "./caption-formats/caption-format";
import { extensionOf, folderOf, stemOf } from "./file-names";
import type { ImportRemark } from "./import-report";
import { PathIndex } from "./path-index";
import { readCaptionEntries } from "./read-caption-file";
import { archiveEndings, isOtherArchive } from "./sources/archive-names";
import { readSource, type SourceFile } from "./sources/source-file";

export type ReadCaption = { readonly text: string; readonly tokenCount: number };

export type PairedImage<File extends SourceFile> = {
  readonly file: File;
  /** Empty where it has none. */
  readonly captions: readonly ReadCaption[];
  /** The caption file beside it, which may hold none that can be used. */
  readonly captionFile: string | null;
  /** What there is to say of its captions. */
  readonly remarks: readonly ImportRemark[];
};

type CaptionSource = {
  readonly file: string;
  readonly entries: readonly CaptionEntry[];
  readonly remarks: readonly ImportRemark[];
};

/**
 * A file beside an image comes before files that name several. Names meet whatever their Unicode form, and whatever
 * the case of their letters where only one file can be meant.
 *
 * @returns every image in the order given, and remarks on all other files that were passed over
 */
export async function pairCaptions<File extends SourceFile>(
  files: readonly File[],
): Promise<{ images: PairedImage<File>[]; remarks: ImportRemark[] }> {
  const remarks: ImportRemark[] = [];
  const images = files.filter(({ path }) => isImageName(path));
  const captionFiles = files.filter(({ path }) => captionExtensions.includes(extensionOf(path)));
  for (const { path } of files) {
    if (isImageName(path) || captionExtensions.includes(extensionOf(path))) continue;
    remarks.push(
      refusal(
        path,
        "unsupported",
        `${path} is neither an image nor a caption file.`,
        isOtherArchive(path)
          ? `Unpack it, or pack it as ${archiveEndings.join(", ")}.`
          : `Ignore this unless it should be one. Images end in .jpg, .png or .webp, captions in ${captionExtensions.join(", ")}.`,
      ),
    );
  }

  const stems = new PathIndex(images.map(({ path }) => stemOf(path)));
  const sidecars = await readSidecars(captionFiles, stems, remarks);
  const named = await readNamed(
    captionFiles.filter(({ path }) => !sidecars.handled.has(path)),
    new PathIndex(images.map(({ path }) => path)),
    stems,
    (stem) => (sidecars.byStem.get(stem)?.entries.length ?? 0) > 0,
    remarks,
  );
  const paired = images.map((file) => {
    const stem = stemOf(file.path);
    const beside = sidecars.byStem.get(stem);
    const elsewhere = [...(named.get(file.path.normalize("NFC")) ?? []), ...(named.get(stem) ?? [])];
    const sources = beside && beside.entries.length > 0 ? [beside] : elsewhere;
    const own = [...(beside?.remarks ?? [])];
    const captions = sources.flatMap((source) => usableCaptions(source, own));
    return {
      file,
      captions: [...new Map(captions.map((caption) => [caption.text, caption])).values()],
      captionFile: beside?.file ?? null,
      remarks: own,
    };
  });
  return { images: paired, remarks };
}

/** Files of captions that have the name of an image; of a .txt and another one the .txt. */
async function readSidecars(
  captionFiles: readonly SourceFile[],
  stems: PathIndex,
  remarks: ImportRemark[],
): Promise<{ byStem: Map<string, CaptionSource>; handled: Set<string> }> {
  const byStem = new Map<string, CaptionSource>();
  const handled = new Set<string>();
  const texts = captionFiles.filter(({ path }) => extensionOf(path) === ".txt");
  const others = captionFiles.filter(({ path }) => extensionOf(path) !== ".txt");
  for (const group of [texts, others]) {
    const partners = stems.partners(group.map(({ path }) => stemOf(path)));
    for (const file of group) {
      const stem = partners.get(stemOf(file.path));
      if (stem === undefined) {
        if (group === texts) {
          handled.add(file.path);
          remarks.push(
            refusal(
              file.path,
              "caption-without-image",
              `${file.path} has no image of the same name.`,
              `Add ${stemOf(file.path)}.jpg, .png or .webp, or ignore this.`,
            ),
          );
        }
        continue;
      }
      const known = byStem.get(stem);
      if (known) {
        handled.add(file.path);
        // What a sampler writes beside an image and its caption, in JSON, is not a second caption.
        if (group === others) continue;
        remarks.push(
          refusal(
            file.path,
            "duplicate",
            `${file.path} and ${known.file} contain captions of the same image.`,
            "Keep only one of them.",
          ),
        );
        continue;
      }
      const own: ImportRemark[] = [];
      const entries = await readEntries(file, own);
      if (entries?.some(({ image }) => image !== null)) continue;
      handled.add(file.path);
      byStem.set(stem, {
        file: file.path,
        entries: (entries ?? []).filter(({ caption }) => caption !== ""),
        remarks: own,
      });
    }
  }
  return { byStem, handled };
}

/** Captions by the path or the stem of the image that their file names. */
async function readNamed(
  captionFiles: readonly SourceFile[],
  paths: PathIndex,
  stems: PathIndex,
  hasOwnCaptions: (stem: string) => boolean,
  remarks: ImportRemark[],
): Promise<Map<string, CaptionSource[]>> {
  const byImage = new Map<string, CaptionSource[]>();
  for (const file of captionFiles) {
    const entries = await readEntries(file, remarks);
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
    const described = new Set<string>();
    for (const entry of entries) {
      const found = findImage(entry.image!, file.path, paths, stems);
      if (found === null) missing.add(entry.image!);
      else if (hasOwnCaptions(found.stem)) described.add(found.key);
      else if (entry.caption !== "") {
        const sources = byImage.get(found.key) ?? [];
        sources.push({ file: file.path, entries: [entry], remarks: [] });
        byImage.set(found.key, sources);
      }
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

/** The path or stem of the image that a caption file calls `name`, seen from its own folder or the outermost one. */
function findImage(
  name: string,
  captionFile: string,
  paths: PathIndex,
  stems: PathIndex,
): { key: string; stem: string } | null {
  const written = name.replaceAll("\\", "/").normalize("NFC");
  for (const folder of [folderOf(captionFile).normalize("NFC"), ""]) {
    const candidate = posix.normalize(`${folder}${written}`);
    const path = paths.find(candidate);
    if (path !== null) return { key: path, stem: stemOf(path) };
    const stem = stems.find(candidate);
    if (stem !== null) return { key: stem, stem };
  }
  return null;
}

/** Null where the file cannot be read as what it calls itself; a remark then says why. */
async function readEntries(file: SourceFile, remarks: ImportRemark[]): Promise<CaptionEntry[] | null> {
  const bytes = await readSource(file);
  if (bytes instanceof SemblanceError) {
    remarks.push(refusal(file.path, "unreadable", bytes.message, bytes.remedy ?? ""));
    return null;
  }
  try {
    return readCaptionEntries(file.path, bytes);
  } catch (error) {
    if (!(error instanceof SemblanceError)) throw error;
    remarks.push(refusal(file.path, "unreadable", error.message, error.remedy ?? ""));
    return null;
  }
}

/** With a remark for each caption that cannot be encoded, or that is longer than the model reads. */
function usableCaptions({ file, entries }: CaptionSource, remarks: ImportRemark[]): ReadCaption[] {
  return entries.flatMap(({ caption: written, place }) => {
    // One caption, however its letters are composed.
    const caption = written.normalize();
    try {
      const tokenCount = countTokens(caption);
      if (tokenCount > defaultContextLength) {
        remarks.push({
          file,
          kind: "long-caption",
          message: `The caption in ${place} of ${file} has ${tokenCount} tokens; the model reads the first ${defaultContextLength}.`,
          remedy: "Shorten it, so that the model and the raters see the same caption.",
          refused: false,
        });
      }
      return [{ text: caption, tokenCount }];
    } catch (error) {
      if (!(error instanceof SemblanceError)) throw error;
      remarks.push(
        refusal(
          file,
          "unreadable",
          `The caption in ${place} of ${file} cannot be used: ${error.message}`,
          error.remedy ?? "Correct it.",
        ),
      );
      return [];
    }
  });
}

function refusal(file: string, kind: ImportRemark["kind"], message: string, remedy: string): ImportRemark {
  return { file, kind, message, remedy, refused: true };
}

/** Each remark once: two images of one stem share a caption file. */
export function uniqueRemarks(remarks: readonly ImportRemark[]): ImportRemark[] {
  return [...new Map(remarks.map((remark) => [remark.message, remark])).values()];
}

function countWords({ size }: ReadonlySet<string>): string {
  return size === 1 ? "1 image that is" : `${size} images that are`;
}

function shortList(names: ReadonlySet<string>): string {
  const [first, more] = [[...names].slice(0, 5).join(", "), names.size - 5];
  return more > 0 ? `${first} and ${more} more` : first;
}
