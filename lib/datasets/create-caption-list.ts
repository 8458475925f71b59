/** Makes a dataset of captions alone, such as a list of prompts. */
import type { z } from "zod";
import { countTokens } from "@/lib/diffusion/model/tokenizer";
import { SemblanceError } from "@/lib/errors";
import { isImageName } from "@/lib/images/image-formats";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { withUniqueName } from "@/lib/platform/database/unique-name";
import type { CaptionEntry, Categories } from "./caption-formats/caption-format";
import { captionListInput } from "./caption-list-fields";
import { recountContents } from "./count-contents";
import { stemOf } from "./file-names";
import { readCaptionEntries } from "./read-caption-file";

/** A place of a dataset: its stem, and its captions. */
type Place = { stem: string; captions: Map<string, Categories> };

/**
 * Entries of one name become the captions of one place, under that name; others are places of their own, named by their
 * number from 1. A row of a table that has the caption of an earlier one is passed over.
 *
 * @param input as the form gives it; `text` is the contents of a file whose name, `file`, says its format
 * @returns the dataset's id
 * @throws SemblanceError `invalid_file` for a file that cannot be read, or that has no caption or one that cannot be encoded;
 *   `conflict` for a name in use
 */
export async function createCaptionList(
  input: z.input<typeof captionListInput>,
): Promise<{ datasetId: string; captionCount: number }> {
  const { name, captionLanguage, file, text } = captionListInput.parse(input);
  const places = placesOf(readCaptionEntries(file, Buffer.from(text)));
  if (places.length === 0) {
    throw new SemblanceError("invalid_input", "There are no captions in the list.", {
      remedy: "Write one per line.",
      details: { field: "text" },
    });
  }
  const captionCount = places.reduce((sum, { captions }) => sum + captions.size, 0);
  const counted = places.map(({ stem, captions }) => ({
    stem,
    captions: [...captions].map(([text, categories]) => ({ text, tokenCount: tokensOf(text), categories })),
  }));
  const datasetId = await withUniqueName("dataset", name, () =>
    db.$transaction(
      async (transaction) => {
        const { id } = await transaction.dataset.create({ data: { name, captionLanguage, state: "READY" } });
        const images = await transaction.image.createManyAndReturn({
          data: counted.map(({ stem }, position) => ({ datasetId: id, stem, position })),
          select: { id: true, position: true },
        });
        await transaction.caption.createMany({
          data: images.flatMap(({ id: imageId, position: place }) =>
            counted[place]!.captions.map((caption, position) => ({ imageId, position, ...caption })),
          ),
        });
        await recountContents(transaction, id);
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

function placesOf(entries: readonly CaptionEntry[]): Place[] {
  const places = new Map<string, Place>();
  // DSG-1k has a row for each question about a prompt.
  const unnamed = new Set<string>();
  for (const { image, caption, categories = {}, isBare } of entries) {
    const text = caption.normalize();
    if (text === "" || (!image && !isBare && unnamed.has(text))) continue;
    if (!image) unnamed.add(text);
    const stem = image ? nameOf(image) : String(places.size + 1);
    const place = places.get(stem);
    if (place === undefined) places.set(stem, { stem, captions: new Map([[text, categories]]) });
    else if (!place.captions.has(text)) place.captions.set(text, categories);
  }
  return [...places.values()];
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
