/** One answer to one blind pair: the unit from which all pairwise statistics are computed. */

/** What a rater may answer to a pair. "tie": both fit the caption equally well; "both_bad": neither fits it. */
export const winners = ["left", "right", "tie", "both_bad"] as const;

export type Winner = (typeof winners)[number];

/** Who judged which two arms for which caption, what stood on which side, and the answer. */
export type Vote = {
  readonly caption: string;
  readonly rater: string;
  readonly left: string;
  readonly right: string;
  readonly winner: Winner;
};

export function isWinner(value: string): value is Winner {
  return (winners as readonly string[]).includes(value);
}
