/** The regular items of a study as their votes name them, and its raters: once each, however many votes there are. */
import type { Categories } from "@/lib/datasets/caption-formats/categories";
import { Prisma } from "@/lib/generated/prisma/client";
import { db } from "@/lib/platform/database/db";
import { streamRows } from "@/lib/platform/database/stream-rows";
import { isCheckReason } from "@/lib/rating/checks/exclusion-reasons";
import { type RepeatAgreement, repeatAgreement } from "@/lib/rating/checks/repeat-agreement";
import { raterPseudonym } from "./rater-pseudonym";

/** What lay on a rater's screen, from left to right. */
export type Placed = { readonly shown: readonly string[]; readonly imageSha256s: readonly string[] };

export type VotedItem = {
  readonly criterion: string;
  readonly caption: string;
  readonly name: string | null;
  readonly categories: Categories;
  /** @param placement positions of the item's images, as PostgreSQL writes an array */
  readonly placed: (placement: string) => Placed;
};

export type VotedItemRow = readonly [
  id: string,
  criterion: string,
  caption: string,
  name: string | null,
  categories: Categories | null,
  arms: string,
  blobs: string,
];

const noCategories: Categories = {};

/** By id. @param criterion key of one criterion; all where absent */
export async function readVotedItems(studyId: string, criterion?: string): Promise<Map<string, VotedItem>> {
  const ofCriterion = criterion === undefined ? Prisma.empty : Prisma.sql`AND c.key = ${criterion}`;
  const items = new Map<string, VotedItem>();
  // One string for all items of a caption: equal ones are recognised without being read.
  const captions = new Map<string, string>();
  // Few, however many items there are.
  const orders = new Map<string, readonly number[]>();
  const names = new Map<string, readonly string[]>();
  for await (const batch of streamRows<VotedItemRow>(Prisma.sql`
    SELECT i.id, c.key, i."captionText", i.name, nullif(asked.categories, '{}'),
           json_agg(arm.name ORDER BY p.position)::text,
           string_agg(coalesce(p."blobSha256", ''), ' ' ORDER BY p.position)
    FROM "Item" i JOIN "Criterion" c ON c.id = i."criterionId"
    JOIN "ItemImage" p ON p."itemId" = i.id JOIN "Arm" arm ON arm.id = p."armId"
    LEFT JOIN "Caption" asked ON asked.id = i."captionId"
    WHERE i."studyId" = ${studyId}::uuid AND i.kind = 'REGULAR' ${ofCriterion}
    GROUP BY i.id, c.key, asked.categories`)) {
    for (const [id, key, caption, name, categories, arms, blobs] of batch) {
      const armNames = kept(names, arms, (text) => JSON.parse(text) as string[]);
      const sha256s = blobs.split(" ");
      const placements = new Map<string, Placed>();
      items.set(id, {
        criterion: key,
        caption: kept(captions, caption, (text) => text),
        name,
        categories: categories ?? noCategories,
        placed: (placement) =>
          kept(placements, placement, () => {
            const order = kept(orders, placement, (text) => text.slice(1, -1).split(",").map(Number));
            return {
              shown: order.map((position) => armNames[position]!),
              imageSha256s: order.flatMap((position) => sha256s[position] || []),
            };
          }),
      });
    }
  }
  return items;
}

/** What votes say of their rater. */
export type VotingRater = {
  readonly rater: string;
  readonly isExcluded: boolean;
  readonly exclusionReason: string | null;
  readonly isExcludedByCheck: boolean;
  readonly checks: number;
  readonly failedChecks: number;
  readonly repeated: RepeatAgreement | null;
};

type RaterRow = Omit<VotingRater, "rater" | "repeated" | "isExcludedByCheck"> & { id: string };

/** By id. */
export async function readVotingRaters(studyId: string): Promise<Map<string, VotingRater>> {
  const [{ inviteToken }, rows, repeats] = await Promise.all([
    db.study.findUniqueOrThrow({ where: { id: studyId }, select: { inviteToken: true } }),
    db.$queryRaw<RaterRow[]>`
      WITH checked AS (
        SELECT a."raterId", count(*)::int AS checks, (count(*) FILTER (WHERE NOT r."isRight"))::int AS failed
        FROM "Rating" r JOIN "Assignment" a ON a.id = r."assignmentId" JOIN "Item" i ON i.id = a."itemId"
        WHERE i."studyId" = ${studyId}::uuid AND i.kind IN ('GOLD', 'ATTENTION')
        GROUP BY a."raterId"
      )
      SELECT rater.id, rater."excludedAt" IS NOT NULL AS "isExcluded", rater."exclusionReason",
             coalesce(checked.checks, 0) AS checks, coalesce(checked.failed, 0) AS "failedChecks"
      FROM "Rater" rater LEFT JOIN checked ON checked."raterId" = rater.id
      WHERE rater."studyId" = ${studyId}::uuid`,
    repeatAgreement(studyId),
  ]);
  return new Map(
    rows.map(({ id, ...known }) => [
      id,
      {
        rater: raterPseudonym(id, inviteToken),
        ...known,
        isExcludedByCheck: known.isExcluded && isCheckReason(known.exclusionReason),
        repeated: repeats.get(id) ?? null,
      },
    ]),
  );
}

/** @returns what is known under the text, or what `make` makes of it, from then on */
export function kept<Value>(known: Map<string, Value>, text: string, make: (text: string) => Value): Value {
  const found = known.get(text);
  if (found !== undefined) return found;
  const made = make(text);
  known.set(text, made);
  return made;
}
