/** Makes a dataset of captions alone, such as a list of prompts. */
import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { countTokens } from "@/lib/diffusion/model/tokenizer";
import { SemblanceError } from "@/lib/errors";
import type { Split } from "@/lib/generated/prisma/enums";
import { isImageName } from "@/lib/images/image-formats";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db, type Transaction } from "@/lib/platform/database/db";
import { withUniqueName } from "@/lib/platform/database/unique-name";
import { type CaptionEntry, captionFileError } from "./caption-formats/caption-format";
import { type Categories, mergeCategories } from "./caption-formats/categories";
import { captionListInput } from "./caption-list-fields";
import { recountContents } from "./count-contents";
import { stemOf } from "./file-names";
import { readSkills, type Skills, withSkills } from "./prompt-skills";
import { readCaptionEntries } from "./read-caption-file";

/** A place of a dataset without an image: its stem, and its captions. */
export type Place = {
  readonly stem: string;
  readonly split: Split;
  readonly captions: readonly { text: string; tokenCount: number; categories: Categories }[];
};

/**
 * Entries of one name become the captions of one place, under that name; others are places of their own, named by their
 * number from 1. Rows of a table that have the same caption are one caption, of the categories of all of them.
 *
 * @param input as the form gives it; `text` is the contents of a file whose name, `file`, says its format
 * @returns the dataset's id
 * @throws SemblanceError `invalid_file` for a file that cannot be read, or that has no caption or one that cannot be encoded;
 *   `conflict` for a name in use
 */
export async function createCaptionList(
  input: z.input<typeof captionListInput>,
): Promise<{ datasetId: string; captionCount: number }> {
  const { name, captionLanguage, file, text, columns, skills } = captionListInput.parse(input);
  const entries = readCaptionEntries(file, Buffer.from(text), columns);
  const { places, captionCount } = placesOf(skills ? withSkills(entries, requireSkills(skills)) : entries);
  const datasetId = await withUniqueName("dataset", name, () =>
    db.$transaction(
      async (transaction) => {
        const { id } = await transaction.dataset.create({ data: { name, captionLanguage, state: "READY" } });
        await storePlaces(transaction, id, places);
        await appendAuditEntry(transaction, {
          action: "dataset.captions-listed",
          subject: { kind: "dataset", id, name },
          detail: { captions: captionCount },
        });
        return id;
      },
      { timeout: 60_000 },
    ),
  );
  return { datasetId, captionCount };
}

function requireSkills({ file, text }: { file: string; text: string }): { file: string; skills: Skills } {
  const skills = readSkills(file, text);
  if (skills) return { file, skills };
  throw captionFileError(
    file,
    "is not a file of skills",
    'Write it as {"counting": [0, 7], "negation": [7]}.',
  );
}

/** Makes the places those of a dataset that has none. */
export async function storePlaces(
  transaction: Transaction,
  datasetId: string,
  places: readonly Place[],
): Promise<void> {
  const images = places.map(({ stem, split }, position) => ({ id: randomUUID(), stem, split, position }));
  const captions = places.flatMap(({ captions: own }, place) =>
    own.map((caption, position) => ({ imageId: images[place]!.id, position, ...caption })),
  );
  // As one parameter each: Prisma's own way takes 0.4 ms a row.
  await transaction.$executeRaw`
    INSERT INTO "Image" (id, "datasetId", stem, split, position)
    SELECT id, ${datasetId}::uuid, stem, split, position
    FROM jsonb_to_recordset(${JSON.stringify(images)}::jsonb) AS row(id uuid, stem text, split "Split", position int)`;
  await transaction.$executeRaw`
    INSERT INTO "Caption" (id, "imageId", position, text, "tokenCount", categories)
    SELECT gen_random_uuid(), "imageId", position, text, "tokenCount", categories
    FROM jsonb_to_recordset(${JSON.stringify(captions)}::jsonb)
      AS row("imageId" uuid, position int, text text, "tokenCount" int, categories jsonb)`;
  await recountContents(transaction, datasetId);
}

/** @throws SemblanceError `invalid_input` without any caption, `invalid_file` for one that cannot be encoded */
export function placesOf(entries: readonly CaptionEntry[]): { places: Place[]; captionCount: number } {
  const places = new Map<string, Map<string, Categories>>();
  // DSG-1k has a row for each question about a prompt, and the prompt is of the categories of all of its questions.
  const unnamed = new Map<string, string>();
  const heldOut = new Set<string>();
  for (const { image, caption, categories = {}, isBare, split } of entries) {
    const text = caption.normalize();
    if (text === "") continue;
    const earlier = image || isBare ? undefined : unnamed.get(text);
    const stem = image ? nameOf(image) : (earlier ?? String(places.size + 1));
    if (!image) unnamed.set(text, stem);
    if (split === "HELD_OUT") heldOut.add(stem);
    const place = places.get(stem);
    if (place === undefined) places.set(stem, new Map([[text, categories]]));
    else place.set(text, mergeCategories(place.get(text), categories));
  }
  if (places.size === 0) {
    throw new SemblanceError("invalid_input", "There are no captions in the list.", {
      remedy: "Write one per line.",
      details: { field: "text" },
    });
  }
  const counted = [...places].map(([stem, captions]) => ({
    stem,
    split: heldOut.has(stem) ? ("HELD_OUT" as const) : ("TRAINING" as const),
    captions: [...captions].map(([text, categories]) => ({ text, tokenCount: tokensOf(text), categories })),
  }));
  return { places: counted, captionCount: counted.reduce((sum, { captions }) => sum + captions.length, 0) };
}

function nameOf(image: string): string {
  return isImageName(image) ? stemOf(image) : image.normalize();
}

function tokensOf(text: string): number {
  try {
    return countTokens(text);
  } catch (error) {
    if (!(error instanceof SemblanceError)) throw error;
    throw new SemblanceError("invalid_file", `The caption “${text}” cannot be used: ${error.message}`, {
      remedy: error.remedy,
      details: { field: "text" },
    });
  }
}
