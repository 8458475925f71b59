/** Opens a study: fixes the plan, renders the blind images and makes the items that raters will be handed. */
import { captionLanguageOfStudy } from "@/lib/datasets/caption-language";
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { analyzeTables } from "@/lib/platform/database/analyze-tables";
import { db } from "@/lib/platform/database/db";
import { softwareVersion } from "@/lib/platform/server/software-version";
import { registrationText } from "../registration/registration-text";
import { BlindRenditions, type OpeningProgress } from "./blind-renditions";
import { planSeats } from "./counterbalance";
import { insertItems } from "./insert-items";
import { openedBefore } from "./opened-before";
import { hashPlan, planFormat } from "./plan-hash";
import { planItems, studyToPlan } from "./plan-items";
import type { PlannedItem } from "./planned-item";

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
      await insertItems(transaction, studyId, items, progress);
      await appendAuditEntry(transaction, {
        actor,
        action: "study.opened",
        subject: { kind: "study", id: studyId, name: study.name },
        detail: { studyId, planHash, itemCount: items.length, ...(study.isPilot ? { isPilot: true } : {}) },
      });
    },
    { timeout: 300_000 },
  );
  const seatCount = regular.length * study.ratersPerItem;
  await analyzeTables(seatCount, ["Item", "ItemImage", "Seat", "Assignment"]);
  return { itemCount: items.filter(({ kind }) => kind === "REGULAR").length };
}

function imagesOf(items: readonly PlannedItem[]): Set<string> {
  return new Set(items.flatMap(({ images }) => images.map(({ sha256 }) => sha256)));
}
