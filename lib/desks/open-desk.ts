/** Opens a captioning desk: chooses its images, and which of them several people are to caption. */
import { randomBytes, randomInt } from "node:crypto";
import type { z } from "zod";
import { photographs } from "@/lib/datasets/photographs";
import { captionsAt, imagesAt } from "@/lib/datasets/revisions/at-revision";
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { analyzeTables } from "@/lib/platform/database/analyze-tables";
import { db } from "@/lib/platform/database/db";
import { withUniqueName } from "@/lib/platform/database/unique-name";
import { mostDeskImages, openDeskInput } from "./desk-fields";

/**
 * @returns the desk's id
 * @throws SemblanceError `not_found` or `conflict` for a dataset that is not ready, `invalid_input` where it has no or too many
 *   such images, `conflict` for a name in use; with the form's field in `details.field`
 */
export async function openDesk(input: z.input<typeof openDeskInput>): Promise<{ deskId: string }> {
  const asked = openDeskInput.parse(input);
  const { datasetId, name } = asked;
  const dataset = await db.dataset.findUnique({ where: { id: datasetId } });
  if (dataset?.state !== "READY") {
    throw new SemblanceError(
      dataset ? "conflict" : "not_found",
      dataset ? `The dataset “${dataset.name}” is not ready.` : "There is no such dataset.",
      { remedy: "Choose one whose import has succeeded.", details: { field: "datasetId" } },
    );
  }
  const imageIds = await chooseImages(asked);
  const sharedCount = Math.round(asked.overlap * imageIds.length);
  const places = imageIds.length + sharedCount * (asked.peoplePerShared - 1);
  shuffle(imageIds);
  const desk = await withUniqueName("captioning desk", name, () =>
    db.$transaction(
      async (transaction) => {
        const { id } = await transaction.desk.create({
          data: {
            name,
            datasetId,
            linkToken: asked.way === "open-link" ? randomBytes(16).toString("base64url") : null,
            instructions: asked.instructions,
            language: asked.language,
            captionLanguage: asked.captionLanguage,
            people: asked.people,
            share: Math.ceil(places / asked.people),
            captionsPerImage: asked.captionsPerImage,
            holdHours: asked.holdHours,
            showsDrafts: asked.showsDrafts,
          },
        });
        // As one parameter: Prisma's own way takes 0.4 ms a row, and a dataset may have a hundred thousand.
        await transaction.$executeRaw`
          INSERT INTO "DeskImage" (id, "deskId", "imageId", wanted)
          SELECT gen_random_uuid(), ${id}::uuid, image.id, CASE WHEN place <= ${sharedCount} THEN ${asked.peoplePerShared}::int ELSE 1 END
          FROM unnest(${imageIds}::uuid[]) WITH ORDINALITY AS image(id, place) ORDER BY place`;
        await appendAuditEntry(transaction, {
          action: "desk.opened",
          subject: { kind: "desk", id, name },
          detail: { datasetId, images: imageIds.length, shared: sharedCount },
        });
        return { deskId: id };
      },
      { timeout: 60_000 },
    ),
  );
  await analyzeTables(imageIds.length, ["DeskImage"]);
  return desk;
}

async function chooseImages({
  datasetId,
  selection,
  category,
}: z.output<typeof openDeskInput>): Promise<string[]> {
  const [categoryName = "", ...value] = category.split("=");
  const present = captionsAt("newest");
  const inCategory = { ...present, categories: { path: [categoryName], array_contains: value.join("=") } };
  const chosen = {
    all: {},
    "without-caption": { captions: { none: present } },
    category: { captions: { some: inCategory } },
    training: {},
    "held-out": {},
  }[selection];
  const split = selection === "training" ? "TRAINING" : selection === "held-out" ? "HELD_OUT" : undefined;
  const rows = await db.image.findMany({
    where: { datasetId, ...photographs, ...imagesAt("newest", split), ...chosen },
    orderBy: { position: "asc" },
    take: mostDeskImages + 1,
    select: { id: true },
  });
  const refuse = (message: string, remedy: string) =>
    new SemblanceError("invalid_input", message, { remedy, details: { field: "selection" } });
  if (rows.length === 0) {
    throw refuse("The dataset has no such images.", "Choose other images, or another dataset.");
  }
  if (rows.length > mostDeskImages) {
    throw refuse(`A desk has at most ${mostDeskImages} images.`, "Choose those of one category.");
  }
  return rows.map(({ id }) => id);
}

function shuffle(items: string[]): void {
  for (let last = items.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [items[last], items[other]] = [items[other]!, items[last]!];
  }
}
