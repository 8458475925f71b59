/** The plan of a study that has been opened, read back from the database. */
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { expectedAnswer } from "@/lib/questions/expected-answer";
import type { HashedItem, StudyPlan } from "./plan-hash";

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
    WITH shown AS (
      SELECT p."itemId", json_agg(json_build_array(p."armId", p."blobSha256") ORDER BY p.position)::text AS images
      FROM "ItemImage" p JOIN "Item" i ON i.id = p."itemId" WHERE i."studyId" = ${studyId}::uuid GROUP BY p."itemId"
    ), offered AS (
      SELECT s."itemId", string_agg(s.placement::text, ',' ORDER BY s.round) AS placements
      FROM "Seat" s WHERE s."studyId" = ${studyId}::uuid GROUP BY s."itemId"
    )
    SELECT i.kind, i."criterionId", i."captionId", i."captionText", i.name, i.contest, i.expected, shown.images, offered.placements
    FROM "Item" i LEFT JOIN shown ON shown."itemId" = i.id LEFT JOIN offered ON offered."itemId" = i.id
    WHERE i."studyId" = ${studyId}::uuid`;
  return {
    study,
    items: rows.map(({ expected, images, placements, ...item }) => ({
      expected: expected === null ? null : expectedAnswer.parse(expected),
      images: (JSON.parse(images ?? "[]") as [string | null, string | null][]).map(([armId, sha256]) => ({
        armId,
        sha256,
      })),
      seats: readPlacements(placements ?? "").map((placement) => ({ placement })),
      ...item,
    })),
  };
}

/** @param text as PostgreSQL writes arrays of whole numbers, one after the other */
function readPlacements(text: string): number[][] {
  return JSON.parse(`[${text.replaceAll("{", "[").replaceAll("}", "]")}]`);
}

/** An item with its images and seats as texts of lists: rows of their own would take ten times as long. */
type ItemRow = Omit<HashedItem, "expected" | "images" | "seats"> & {
  expected: unknown;
  /** JSON: for each its arm's id, and its file's SHA-256. */
  images: string | null;
  placements: string | null;
};
