/** The plan of a study that has been opened, read back from the database. */
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { expectedAnswer } from "@/lib/questions/expected-answer";
import type { StudyPlan } from "./plan-hash";

type StoredPlan = StudyPlan & { study: { planHash: string | null; timestampReply: Uint8Array | null } };

/** @throws SemblanceError `not_found`, `conflict` for a draft, whose items are not made yet */
export async function readPlan(studyId: string): Promise<StoredPlan> {
  const plan = await readUnhashedPlan(studyId, db);
  if (plan.study.planHash === null) {
    throw new SemblanceError("conflict", `“${plan.study.name}” has not been opened, so it has no plan yet.`, {
      remedy: "Open it first.",
    });
  }
  return plan;
}

/**
 * The same before the plan has its hash.
 *
 * @param runner the transaction that makes the items
 */
export async function readUnhashedPlan(
  studyId: string,
  runner: Pick<typeof db, "study" | "item">,
): Promise<StoredPlan> {
  const study = await runner.study.findUnique({
    where: { id: studyId },
    include: { arms: { orderBy: { position: "asc" } }, criteria: { orderBy: { position: "asc" } } },
  });
  if (!study) throw new SemblanceError("not_found", "There is no such study.");
  const items = await runner.item.findMany({
    where: { studyId },
    include: { images: { orderBy: { position: "asc" } }, seats: { orderBy: { round: "asc" } } },
  });
  return {
    study,
    items: items.map(
      ({ kind, criterionId, captionId, captionText, name, contest, expected, images, seats }) => ({
        kind,
        criterionId,
        captionId,
        captionText,
        name,
        contest,
        expected: expected === null ? null : expectedAnswer.parse(expected),
        images: images.map(({ armId, blobSha256 }) => ({ armId, sha256: blobSha256 })),
        seats: seats.map(({ round, shuffle, placement }) => ({ round, shuffle, placement })),
      }),
    ),
  };
}
