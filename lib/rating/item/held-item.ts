/** An assignment with what its rater sees of it, as the queries of leases and answers read it. */
import { Prisma } from "@/lib/generated/prisma/client";
import { toQuestionTypeName } from "@/lib/questions/question-types";
import type { AssignedItem } from "./assigned-item";

export type HeldItem = {
  assignmentId: string;
  itemId: string;
  kind: "REGULAR" | "GOLD" | "ATTENTION" | "TRAINING";
  isRepeat: boolean;
  caption: string;
  criterionKey: string;
  question: string;
  questionType: string;
  marksWords: boolean;
  marksPlaces: boolean;
  imageTokens: string[];
};

/** The columns of `HeldItem`, where `a` is the assignment, `i` its item and `c` the item's criterion. */
export const heldItemColumns = Prisma.sql`
  a.id AS "assignmentId", i.id AS "itemId", i.kind::text AS kind, a."isRepeat", i."captionText" AS caption,
  c.key AS "criterionKey", c.question, c."questionType", c."marksWords", c."marksPlaces",
  a."imageTokens"`;

/** Without what would tell checks and repeats from other items, the training round apart. */
export function toAssignedItem(held: HeldItem): AssignedItem {
  const isTraining = held.kind === "TRAINING";
  return {
    assignmentId: held.assignmentId,
    caption: held.caption,
    criterionKey: held.criterionKey,
    question: held.question,
    questionType: toQuestionTypeName(held.questionType),
    imageTokens: held.imageTokens,
    marksWords: held.marksWords && !isTraining,
    marksPlaces: held.marksPlaces && !isTraining,
    isTraining,
  };
}
