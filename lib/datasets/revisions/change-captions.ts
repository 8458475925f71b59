/** The captions of some images after a change set: which rows end, and which begin. */
import { SemblanceError } from "@/lib/errors";
import type { Categories } from "../caption-formats/categories";
import type { ChangeCounts, DatasetChanges } from "./dataset-changes";

export type CaptionInPlace = {
  id: string;
  imageId: string;
  position: number;
  text: string;
  tokenCount: number;
  categories: Categories;
};

/** `kept`: the row that it is, unless its text or place has changed. */
type Draft = Omit<CaptionInPlace, "id"> & { kept: CaptionInPlace | null };

/**
 * Where the first caption of an image is removed, the next one takes its place, so that every image with captions has a
 * first one.
 *
 * @param rows all present captions of the images that are changed
 * @throws SemblanceError `invalid_input` for an empty text, and as `tokensOf`
 */
export function changeCaptions(
  rows: readonly CaptionInPlace[],
  { edited = [], added = [], removed = [] }: Pick<DatasetChanges, "edited" | "added" | "removed">,
  tokensOf: (text: string) => number,
): {
  /** Ids of rows. */
  retired: string[];
  written: Omit<CaptionInPlace, "id">[];
  counts: Pick<ChangeCounts, "edited" | "added" | "removed">;
} {
  const gone = new Set(removed);
  const textOf = new Map(edited.map(({ captionId, text }) => [captionId, toCaption(text)]));
  const counts = { edited: 0, added: added.length, removed: gone.size };
  const byImage = new Map<string, Draft[]>();
  const draftsOf = (imageId: string) => {
    const drafts = byImage.get(imageId) ?? [];
    byImage.set(imageId, drafts);
    return drafts;
  };
  for (const row of rows) {
    if (gone.has(row.id)) continue;
    const text = textOf.get(row.id) ?? row.text;
    const isEdited = text !== row.text;
    if (isEdited) counts.edited++;
    const { id: _, ...place } = row;
    draftsOf(row.imageId).push(
      isEdited ? { ...place, text, tokenCount: tokensOf(text), kept: null } : { ...place, kept: row },
    );
  }
  for (const { imageId, text: given, categories = {} } of added) {
    const drafts = draftsOf(imageId);
    const text = toCaption(given);
    const position = Math.max(-1, ...drafts.map((draft) => draft.position)) + 1;
    drafts.push({ imageId, position, text, tokenCount: tokensOf(text), categories, kept: null });
  }
  for (const [first] of byImage.values()) {
    if (first === undefined || first.position === 0) continue;
    first.position = 0;
    first.kept = null;
  }
  const drafts = [...byImage.values()].flat();
  const kept = new Set(drafts.flatMap((draft) => draft.kept?.id ?? []));
  return {
    retired: rows.flatMap(({ id }) => (kept.has(id) ? [] : [id])),
    written: drafts.flatMap(({ kept, ...caption }) => (kept === null ? [caption] : [])),
    counts,
  };
}

/** As imports read captions: letters composed, on one line. @throws SemblanceError `invalid_input` for nothing */
function toCaption(text: string): string {
  const caption = text.normalize("NFC").replace(/\s+/gu, " ").trim();
  if (caption !== "") return caption;
  throw new SemblanceError("invalid_input", "A caption is empty.", {
    remedy: "Write a text, or remove the caption.",
    details: { field: "text" },
  });
}
