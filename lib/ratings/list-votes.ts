/** The raw votes of a study with everything that the statistics and a release of the data need. */
import { createHmac } from "node:crypto";
import { db } from "@/lib/db";
import type { Winner as StoredWinner } from "@/lib/generated/prisma/client";
import type { Vote, Winner } from "./statistics/vote";

export type RecordedVote = Vote & {
  criterion: string;
  latencyMs: number;
  viewportPx: string;
  inputKind: string;
  leasedAt: Date;
  answeredAt: Date;
  leftSha256: string;
  rightSha256: string;
};

const winnerByStored: Record<StoredWinner, Winner> = {
  LEFT: "left",
  RIGHT: "right",
  TIE: "tie",
  BOTH_BAD: "both_bad",
};

/**
 * All votes of a study in the order of their answers. Raters appear under pseudonyms that are stable within the
 * study and cannot be traced to their ids without the study's invite token.
 *
 * @param criterion key of one criterion; all criteria where absent
 */
export async function listVotes(studyId: string, criterion?: string): Promise<RecordedVote[]> {
  const study = await db.study.findUniqueOrThrow({ where: { id: studyId }, select: { inviteToken: true } });
  const rows = await db.rating.findMany({
    where: {
      assignment: {
        item: { studyId, ...(criterion === undefined ? {} : { criterion: { key: criterion } }) },
      },
    },
    orderBy: [{ createdAt: "asc" }, { assignmentId: "asc" }],
    include: {
      assignment: {
        select: {
          raterId: true,
          firstOnLeft: true,
          leasedAt: true,
          item: {
            select: {
              captionText: true,
              firstSha256: true,
              secondSha256: true,
              criterion: { select: { key: true } },
              firstArm: { select: { name: true } },
              secondArm: { select: { name: true } },
            },
          },
        },
      },
    },
  });
  return rows.map(({ assignment, ...rating }) => {
    const { item, firstOnLeft } = assignment;
    const sides = firstOnLeft
      ? {
          left: item.firstArm,
          right: item.secondArm,
          leftSha256: item.firstSha256,
          rightSha256: item.secondSha256,
        }
      : {
          left: item.secondArm,
          right: item.firstArm,
          leftSha256: item.secondSha256,
          rightSha256: item.firstSha256,
        };
    return {
      caption: item.captionText,
      rater: raterPseudonym(assignment.raterId, study.inviteToken),
      left: sides.left.name,
      right: sides.right.name,
      winner: winnerByStored[rating.winner],
      criterion: item.criterion.key,
      latencyMs: rating.latencyMs,
      viewportPx: rating.viewportPx,
      inputKind: rating.inputKind,
      leasedAt: assignment.leasedAt,
      answeredAt: rating.createdAt,
      leftSha256: sides.leftSha256,
      rightSha256: sides.rightSha256,
    };
  });
}

function raterPseudonym(raterId: string, key: string): string {
  return `r-${createHmac("sha256", key).update(raterId).digest("hex").slice(0, 12)}`;
}
