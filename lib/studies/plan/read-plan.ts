/** The plan of a study that has been opened, read back from the database. */
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { expectedAnswer } from "@/lib/questions/expected-answer";
import type { StudyPlan } from "./plan-hash";

/** @throws SemblanceError `not_found`, `conflict` for a draft, whose items are not made yet */
export async function readPlan(
  studyId: string,
): Promise<StudyPlan & { study: { timestampReply: Uint8Array | null } }> {
  const study = await db.study.findUnique({
    where: { id: studyId },
    include: { arms: { orderBy: { position: "asc" } }, criteria: { orderBy: { position: "asc" } } },
  });
  if (!study) throw new SemblanceError("not_found", "There is no such study.");
  if (study.planHash === null) {
    throw new SemblanceError("conflict", `“${study.name}” has not been opened, so it has no plan yet.`, {
      remedy: "Open it first.",
    });
  }
  const items = await db.item.findMany({
    where: { studyId },
    include: { images: { orderBy: { position: "asc" } }, seats: { orderBy: { round: "asc" } } },
  });
  return {
    study,
    items: items.map(({ kind, criterionId, captionId, captionText, contest, expected, images, seats }) => ({
      kind,
      criterionId,
      captionId,
      captionText,
      contest,
      expected: expected === null ? null : expectedAnswer.parse(expected),
      images: images.map(({ armId, blobSha256 }) => ({ armId, sha256: blobSha256 })),
      seats: seats.map(({ round, shuffle, placement }) => ({ round, shuffle, placement })),
    })),
  };
}
