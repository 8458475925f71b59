/** The question types that there are. */

/** How a criterion is asked, by the names that designs and exports use. */
export const questionTypes = ["pair", "likert", "ranking", "best-worst"] as const;
export type QuestionTypeName = (typeof questionTypes)[number];
