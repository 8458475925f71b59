/** Raters who answer a whole study through the use cases; what they say depends on the arms they see. */
import { db } from "@/lib/platform/database/db";
import type { RaterAnswer } from "@/lib/questions/rater-answer";
import { submitRating } from "@/lib/rating/answer/submit-rating";
import type { AssignedItem } from "@/lib/rating/item/assigned-item";
import { joinStudy } from "@/lib/rating/join/join-study";
import { leaseAssignments } from "@/lib/rating/lease/lease-assignments";

/**
 * @param inviteToken of an open study without checks
 * @param orders for each rater the arms from best to worst; null: one who never looks and always takes the first place
 * @returns the raters' ids
 */
export async function answerStudy(
  inviteToken: string,
  orders: readonly (readonly string[] | null)[],
): Promise<string[]> {
  const raterIds: string[] = [];
  for (const order of orders) {
    const { raterId } = await joinStudy(inviteToken, {});
    raterIds.push(raterId);
    for (;;) {
      const item = (await leaseAssignments(raterId)).items[0];
      if (!item) break;
      const shown = await armsOnScreen(item.assignmentId);
      const worst = order ? shown.indexOf(order.at(-1)!) : -1;
      await submitRating(raterId, {
        assignmentId: item.assignmentId,
        answer: answerTo(
          item,
          order ? shown.map((arm) => order.indexOf(arm)) : shown.map((_, place) => place),
        ),
        marks:
          worst >= 0 && (item.marksWords || item.marksPlaces)
            ? [
                {
                  place: worst,
                  missedWords: item.marksWords ? [1] : [],
                  wrongPoints: item.marksPlaces ? [{ x: 0.3, y: 0.6 }] : [],
                },
              ]
            : [],
        clientKey: crypto.randomUUID(),
        latencyMs: 1500,
        viewportPx: "390x844",
        inputKind: "touch",
      });
    }
  }
  return raterIds;
}

async function armsOnScreen(assignmentId: string): Promise<string[]> {
  const { placement, item } = await db.assignment.findUniqueOrThrow({
    where: { id: assignmentId },
    include: { item: { include: { images: { include: { arm: true } } } } },
  });
  return placement.map((position) => item.images.find((image) => image.position === position)!.arm!.name);
}

/** @param ranks by place, the lowest being the best */
function answerTo(item: AssignedItem, ranks: number[]): RaterAnswer {
  const order = [...ranks.keys()].sort((a, b) => ranks[a]! - ranks[b]!);
  switch (item.questionType) {
    case "pair":
      return { type: "pair", winner: order[0] === 0 ? "left" : "right" };
    case "graded-pair":
      return { type: "graded-pair", grade: order[0] === 0 ? -2 : 2 };
    case "likert":
      return { type: "likert", score: Math.max(1, 5 - 2 * ranks[0]!) };
    case "ranking":
      return { type: "ranking", order };
    case "best-worst":
      return { type: "best-worst", best: order[0]!, worst: order.at(-1)! };
  }
}
