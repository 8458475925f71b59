/**
 * Finds the captions of images: in a file of the same name beside each (dog.jpg, dog.txt), or in files that name
 * several (captions.csv, metadata.jsonl), or in the row that holds the image. Imports, training and evaluations pair files here.
 */
import { countTokens, defaultContextLength } from "@/lib/diffusion/model/tokenizer";
import { SemblanceError } from "@/lib/errors";
import type { Split } from "@/lib/generated/prisma/enums";
import { imageEndings, isImageName } from "@/lib/images/image-formats";
import { captionExtensions } from "./caption-formats";
import type { CaptionEntry, ChosenColumns } from "./caption-formats/caption-format";
import { type Categories, mergeCategories } from "./caption-formats/categories";
import { isDreamBoothName } from "./caption-formats/dreambooth";
import { linesFormat } from "./caption-formats/lines";
import { type CaptionSource, readEntries, refusal } from "./caption-source";
import { extensionOf, stemOf } from "./file-names";
import type { ImportRemark } from "./import-report";
import { readNamedCaptions } from "./named-captions";
import { PathIndex } from "./path-index";
import { archiveEndings, isOtherArchive } from "./sources/archive-names";
import type { SourceFile } from "./sources/source-file";

export type ReadCaption = {
  readonly text: string;
  readonly tokenCount: number;
  readonly categories?: Categories;
  /** Of the image, where its file says it. */
  readonly split?: Split;
};

export type PairedImage<File extends SourceFile> = {
  readonly file: File;
  /** Empty where it has none. */
  readonly captions: readonly ReadCaption[];
  /** The caption file beside it, which may hold none that can be used. */
  readonly captionFile: string | null;
  /** What there is to say of its captions. */
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
  columns: ChosenColumns = {},
): Promise<{ images: PairedImage<File>[]; remarks: ImportRemark[] }> {
  const remarks: ImportRemark[] = [];
  const images = files.filter(isImage);
  const captionFiles = files.filter((file) => !isImage(file) && holdsCaptions(file));
  for (const file of files) {
    if (isImage(file) || holdsCaptions(file)) continue;
    const { path } = file;
    remarks.push(
      refusal(
        path,
        "unsupported",
        `${path} is neither an image nor a caption file.`,
        isOtherArchive(path)
          ? `Unpack it, or pack it as ${archiveEndings.join(", ")}.`
          : `Ignore this unless it should be one. Images end in ${imageEndings.join(", ")}, captions in ${captionExtensions.join(", ")}.`,
      ),
    );
  }

  const stems = new PathIndex(images.map(({ path }) => stemOf(path)));
  const sidecars = await readSidecars(captionFiles, stems, remarks);
  const named = await readNamedCaptions(
    captionFiles.filter(({ path }) => !sidecars.handled.has(path)),
    { paths: new PathIndex(images.map(({ path }) => path)), stems },
    columns,
    (stem) => (sidecars.byStem.get(stem)?.entries.length ?? 0) > 0,
    remarks,
  );
  const paired = images.map((file) => {
    const stem = stemOf(file.path);
    const beside = sidecars.byStem.get(stem);
    const elsewhere = [...(named.get(file.path.normalize("NFC")) ?? []), ...(named.get(stem) ?? [])];
    if (file.entries) elsewhere.unshift({ file: file.path, entries: file.entries, remarks: [] });
    const sources = beside && beside.entries.length > 0 ? [beside] : elsewhere;
    const own = [...(beside?.remarks ?? [])];
    const captions = sources.flatMap((source) => usableCaptions(source, own));
    return {
      file,
      captions: eachOnce(captions),
      captionFile: beside?.file ?? null,
      remarks: own,
    };
  });
  return { images: paired, remarks };
}

function isImage({ path, isImage: isKnownImage }: SourceFile): boolean {
  return isKnownImage ?? isImageName(path);
}

function holdsCaptions({ path, entries }: SourceFile): boolean {
  return entries !== undefined || captionExtensions.includes(extensionOf(path));
}

/** Endings of files that hold nothing but the captions of the image of their name. */
const besideExtensions: readonly string[] = linesFormat.extensions;

/** Files of captions that have the name of an image; of a text and another one the text. */
async function readSidecars(
  captionFiles: readonly SourceFile[],
  stems: PathIndex,
  remarks: ImportRemark[],
): Promise<{ byStem: Map<string, CaptionSource>; handled: Set<string> }> {
  const byStem = new Map<string, CaptionSource>();
  const handled = new Set<string>();
  const isText = ({ path }: SourceFile) =>
    besideExtensions.includes(extensionOf(path)) && !isDreamBoothName(path);
  const texts = captionFiles.filter(isText);
  const others = captionFiles.filter((file) => !isText(file));
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
              `Add ${stemOf(file.path)}.jpg or another image of this name, or ignore this.`,
            ),
          );
        }
        continue;
      }
      const known = byStem.get(stem);
      if (known) {
        handled.add(file.path);
        // What a sampler or an export writes beside an image and its caption, in JSON, is not a second caption.
        if (group === others) {
          byStem.set(stem, complete(known, (await readEntries(file, [])) ?? []));
          continue;
        }
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

/** A text says nothing but captions; what else an export says of them is in the JSON beside it. */
function complete(source: CaptionSource, described: readonly CaptionEntry[]): CaptionSource {
  const split = described.find((entry) => entry.split !== undefined)?.split;
  const byCaption = new Map(described.map(({ caption, categories }) => [caption, categories]));
  const entries = source.entries.map((entry) => {
    const categories = byCaption.get(entry.caption);
    return { ...entry, ...(categories ? { categories } : {}), ...(split ? { split } : {}) };
  });
  return { ...source, entries };
}

/** With a remark for each caption that cannot be encoded, or that is longer than the model reads. */
function usableCaptions({ file, entries }: CaptionSource, remarks: ImportRemark[]): ReadCaption[] {
  return entries.flatMap(({ caption: written, place, categories, split }) => {
    // One caption, however its letters are composed.
    const caption = toStorableText(written).normalize();
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
      return [
        { text: caption, tokenCount, ...(categories ? { categories } : {}), ...(split ? { split } : {}) },
      ];
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

/** A caption that several rows have is of the categories of all. */
function eachOnce(captions: readonly ReadCaption[]): ReadCaption[] {
  const byText = new Map<string, ReadCaption>();
  for (const caption of captions) {
    const earlier = byText.get(caption.text);
    const isGrouped = earlier?.categories !== undefined || caption.categories !== undefined;
    byText.set(caption.text, {
      ...earlier,
      ...caption,
      ...(isGrouped ? { categories: mergeCategories(earlier?.categories, caption.categories) } : {}),
    });
  }
  return [...byText.values()];
}

/** Without what JSON can write but no database keeps: halves of characters, and the character 0. */
function toStorableText(text: string): string {
  return text.replaceAll("\0", "").replace(/\p{Surrogate}/gu, "\uFFFD");
}

/** Each remark once: two images of one stem share a caption file. */
export function uniqueRemarks(remarks: readonly ImportRemark[]): ImportRemark[] {
  return [...new Map(remarks.map((remark) => [remark.message, remark])).values()];
}
