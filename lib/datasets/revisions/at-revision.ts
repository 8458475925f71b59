/**
 * What a dataset consists of in one of its revisions. Everything that reads captions or images of a dataset goes through
 * here: work that must end as it began keeps the number of its revision, everything else reads the newest.
 */
import type { Prisma } from "@/lib/generated/prisma/client";
import type { Split } from "@/lib/generated/prisma/enums";

/** A number from 1, or the newest at the time of the query. */
export type Revision = number | "newest";

/** For `db.caption`: the captions of a revision, those of excluded images among them. */
export function captionsAt(revision: Revision) {
  if (revision === "newest") return { untilRevision: null } satisfies Prisma.CaptionWhereInput;
  return {
    AND: [
      { sinceRevision: { lte: revision } },
      { OR: [{ untilRevision: null }, { untilRevision: { gt: revision } }] },
    ],
  } satisfies Prisma.CaptionWhereInput;
}

/**
 * For `db.image`: the images of a revision that are not excluded.
 *
 * @param split only those that a model learns from, or is judged by; absent: all
 */
export function imagesAt(revision: Revision, split?: Split) {
  const standing = { isExcluded: false, ...(split === undefined ? {} : { split }) };
  if (revision === "newest") return { AND: [standing] } satisfies Prisma.ImageWhereInput;
  const then = { sinceRevision: { lte: revision }, untilRevision: { gt: revision } };
  return {
    AND: [
      {
        OR: [
          { standingSince: { lte: revision }, ...standing },
          { standingSince: { gt: revision }, formerStandings: { some: { ...then, ...standing } } },
        ],
      },
    ],
  } satisfies Prisma.ImageWhereInput;
}
