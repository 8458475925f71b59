/** Question types by the names of the database and by those of designs and exports. */
import type { QuestionType } from "@/lib/generated/prisma/enums";
import type { QuestionTypeName } from "@/lib/questions/question-types";

export const storedQuestionTypes: Readonly<Record<QuestionTypeName, QuestionType>> = {
  pair: "PAIR",
  likert: "LIKERT",
  ranking: "RANKING",
  "best-worst": "BEST_WORST",
};

export const questionTypeNames = Object.fromEntries(
  Object.entries(storedQuestionTypes).map(([name, stored]) => [stored, name]),
) as Readonly<Record<QuestionType, QuestionTypeName>>;
