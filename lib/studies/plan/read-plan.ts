/** The plan of a study that has been opened, read back from the database. */
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { expectedAnswer } from "@/lib/questions/expected-answer";
import type { StoredItem, StudyPlan } from "./plan-hash";

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
  runner: Pick<typeof db, "study" | "$queryRaw">,
): Promise<StoredPlan> {
  const study = await runner.study.findUnique({
    where: { id: studyId },
    include: { arms: { orderBy: { position: "asc" } }, criteria: { orderBy: { position: "asc" } } },
  });
  if (!study) throw new SemblanceError("not_found", "There is no such study.");
  const rows = await runner.$queryRaw<ItemRow[]>`
    SELECT i.kind, i."criterionId", i."captionId", i."captionText", i.name, i.contest, i.expected,
      (SELECT json_agg(json_build_array(p."armId", p."blobSha256") ORDER BY p.position)
       FROM "ItemImage" p WHERE p."itemId" = i.id) AS images,
      (SELECT json_agg(json_build_array(s.round, s.shuffle, s.placement) ORDER BY s.round)
       FROM "Seat" s WHERE s."itemId" = i.id) AS seats
    FROM "Item" i WHERE i."studyId" = ${studyId}::uuid`;
  return {
    study,
    items: rows.map(({ expected, images, seats, ...item }) => ({
      expected: expected === null ? null : expectedAnswer.parse(expected),
      images: (images ?? []).map(([armId, sha256]) => ({ armId, sha256 })),
      seats: (seats ?? []).map(([round, shuffle, placement]) => ({ round, shuffle, placement })),
      ...item,
    })),
  };
}

/** An item with its images and seats as lists: rows of their own would take ten times as long. */
type ItemRow = Omit<StoredItem, "expected" | "images" | "seats"> & {
  expected: unknown;
  images: [armId: string | null, sha256: string | null][] | null;
  seats: [round: number, shuffle: number, placement: number[]][] | null;
};
