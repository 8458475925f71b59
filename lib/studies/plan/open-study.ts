/** Opens a study: fixes the plan, renders the blind images and makes the items that raters will be handed. */
import { randomUUID } from "node:crypto";
import { captionLanguageOfStudy } from "@/lib/datasets/caption-language";
import { SemblanceError } from "@/lib/errors";
import { Prisma } from "@/lib/generated/prisma/client";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db, type Transaction } from "@/lib/platform/database/db";
import { softwareVersion } from "@/lib/platform/server/software-version";
import { registrationText } from "../registration/registration-text";
import { BlindRenditions, type OpeningProgress } from "./blind-renditions";
import { planSeats } from "./counterbalance";
import { openedBefore } from "./opened-before";
import { hashPlan, planFormat, type StudyPlan } from "./plan-hash";
import { planItems, studyToPlan } from "./plan-items";
import type { PlannedItem } from "./planned-item";

const insertedAtOnce = 2000;

/**
 * Makes one item per chosen caption, criterion and set of arms, and the checks. May be run again after it was
 * interrupted: what was rendered is found again by its hash, and items are made in the transaction that opens.
 *
 * @throws SemblanceError `conflict` when the study has been opened before, `invalid_input` when the arms share no
 *   caption, none is chosen, or there are too few photographs for its checks
 */
export async function openStudy(
  studyId: string,
  actor: string,
  progress: OpeningProgress = {},
): Promise<{ itemCount: number }> {
  const study = await db.study.findUnique({
    where: { id: studyId },
    include: studyToPlan,
  });
  if (!study) throw new SemblanceError("not_found", "There is no such study.");
  if (study.state !== "DRAFT" && study.state !== "OPENING") throw openedBefore(study.name);

  const renditions = new BlindRenditions(study, progress);
  let { items: planned } = await planItems(study, renditions.leftOut);
  // Planned anew without the captions of images that turn out to be unreadable, so that others take their places.
  while (!(await renditions.render(imagesOf(planned))))
    ({ items: planned } = await planItems(study, renditions.leftOut));
  const leftOut = [...renditions.leftOut.values()];
  const regular = planned.filter(({ kind }) => kind === "REGULAR");
  const seatsOf = new Map(
    planSeats(regular, study.ratersPerItem, study.seed).map((seats, index) => [regular[index]!, seats]),
  );
  const items = planned.map((item) => ({
    ...item,
    images: item.images.map(({ armId, sha256 }) => ({ armId, sha256: renditions.rendered.get(sha256)! })),
    seats: seatsOf.get(item) ?? [],
  }));
  const fixed = { planFormat, registrationText: registrationText(study, softwareVersion) };
  const captionLanguage = await captionLanguageOfStudy(studyId);
  const planHash = hashPlan({ study: { ...study, ...fixed }, items });

  await db.$transaction(
    async (transaction) => {
      const opened = await transaction.study.updateMany({
        where: { id: studyId, state: { in: ["DRAFT", "OPENING"] } },
        data: {
          state: "OPEN",
          openedAt: new Date(),
          planHash,
          ...fixed,
          softwareVersion,
          openingError: null,
          leftOut,
          captionLanguage,
        },
      });
      if (opened.count === 0) throw openedBefore(study.name);
      await insertItems(transaction, studyId, items);
      await appendAuditEntry(transaction, {
        actor,
        action: "study.opened",
        subject: { kind: "study", id: studyId, name: study.name },
        detail: { studyId, planHash, itemCount: items.length, ...(study.isPilot ? { isPilot: true } : {}) },
      });
    },
    { timeout: 300_000 },
  );
  return { itemCount: items.filter(({ kind }) => kind === "REGULAR").length };
}

function imagesOf(items: readonly PlannedItem[]): Set<string> {
  return new Set(items.flatMap(({ images }) => images.map(({ sha256 }) => sha256)));
}

async function insertItems(
  transaction: Transaction,
  studyId: string,
  items: StudyPlan["items"],
): Promise<void> {
  const rows = items.map((item) => ({ ...item, id: randomUUID() }));
  for (let start = 0; start < rows.length; start += insertedAtOnce) {
    const batch = rows.slice(start, start + insertedAtOnce);
    await transaction.item.createMany({
      data: batch.map(({ images: _images, seats: _seats, expected, ...item }) => ({
        ...item,
        studyId,
        expected: expected ?? Prisma.DbNull,
      })),
    });
    await transaction.itemImage.createMany({
      data: batch.flatMap(({ id, images }) =>
        images.map(({ armId, sha256 }, position) => ({ itemId: id, position, armId, blobSha256: sha256 })),
      ),
    });
    await transaction.seat.createMany({
      data: batch.flatMap(({ id, seats }) => seats.map((seat) => ({ ...seat, itemId: id, studyId }))),
    });
  }
}
