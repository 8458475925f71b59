/** An answer to a pair: the better side, both equally, or neither. */
import { z } from "zod";
import { type Winner, winners } from "@/lib/statistics/vote";
import type { AnswerKind } from "../question-type";
import type { PairAnswer } from "./statistics";

/** The side that is better, "tie" where both are, "both_bad" where neither fits. */
export type PairGiven = { type: "pair"; winner: Winner };

export const pairAnswers: AnswerKind<"pair", PairGiven, PairAnswer> = {
  schema: z.object({ type: z.literal("pair"), winner: z.enum(winners) }),
  fault: () => null,
  toWinner: ({ winner }) => winner,
  toArms: ({ winner }, seen) => ({ type: "pair", winner, ...seen }),
  toPlaces: ({ winner }) => ({ type: "pair", winner }),
  rename: ({ winner }, seen) => ({ type: "pair", winner, ...seen }),
  toText: ({ winner, shown }) =>
    ({ left: shown[0]!, right: shown[1]!, tie: "equally good", both_bad: "neither fits" })[winner],
};
