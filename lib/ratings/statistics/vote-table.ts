/** Votes as integer columns: names are looked up once, so that everything after it is arithmetic. */
import { SemblanceError } from "@/lib/errors";
import { type Vote, winners } from "./vote";

/** Outcome codes in `VoteTable.outcome`, in the order of `winners`. */
export const outcomeLeft = 0;
export const outcomeRight = 1;
export const outcomeTie = 2;
export const outcomeBothBad = 3;

/**
 * N votes in columns of length N. `arms`, `captions` and `raters` hold the names; the columns hold indices into
 * them, and outcome codes 0–3.
 */
export type VoteTable = {
  readonly arms: readonly string[];
  readonly captions: readonly string[];
  readonly raters: readonly string[];
  readonly voteCount: number;
  readonly caption: Int32Array;
  readonly rater: Int32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly outcome: Uint8Array;
};

/**
 * Votes in columns. Names get their index in order of appearance; `arms` fixes the order of the arms instead and
 * may name arms that have no vote yet.
 *
 * @throws SemblanceError `invalid_input` where a vote pairs an arm with itself, has an unknown winner, or names
 * an arm that is missing from `arms`.
 */
export function votesToTable(votes: readonly Vote[], arms?: readonly string[]): VoteTable {
  const voteCount = votes.length;
  const armIndex = new NameIndex();
  const captionIndex = new NameIndex();
  const raterIndex = new NameIndex();
  if (arms) for (const arm of arms) armIndex.toIndex(arm);
  const givenArmCount = arms ? armIndex.names.length : Number.POSITIVE_INFINITY;
  const caption = new Int32Array(voteCount);
  const rater = new Int32Array(voteCount);
  const left = new Int32Array(voteCount);
  const right = new Int32Array(voteCount);
  const outcome = new Uint8Array(voteCount);
  for (let i = 0; i < voteCount; i++) {
    const vote = votes[i]!;
    const code = winners.indexOf(vote.winner);
    if (code < 0)
      throw invalidVote(i, `has the unknown winner "${vote.winner}"`, `Use ${winners.join(", ")}.`);
    if (vote.left === vote.right) {
      throw invalidVote(i, `pairs "${vote.left}" with itself`, "Give two different arms as left and right.");
    }
    caption[i] = captionIndex.toIndex(vote.caption);
    rater[i] = raterIndex.toIndex(vote.rater);
    left[i] = armIndex.toIndex(vote.left);
    right[i] = armIndex.toIndex(vote.right);
    outcome[i] = code;
    if (armIndex.names.length > givenArmCount) {
      const stranger = armIndex.names[givenArmCount]!;
      throw invalidVote(
        i,
        `names the arm "${stranger}", which is not in the list of arms`,
        "Add it to `arms`.",
      );
    }
  }
  return {
    arms: armIndex.names,
    captions: captionIndex.names,
    raters: raterIndex.names,
    voteCount,
    caption,
    rater,
    left,
    right,
    outcome,
  };
}

function invalidVote(index: number, fault: string, remedy: string): SemblanceError {
  return new SemblanceError("invalid_input", `Vote ${index + 1} ${fault}.`, { remedy });
}

class NameIndex {
  readonly names: string[] = [];
  readonly #indexByName = new Map<string, number>();

  toIndex(name: string): number {
    let index = this.#indexByName.get(name);
    if (index === undefined) {
      index = this.names.length;
      this.names.push(name);
      this.#indexByName.set(name, index);
    }
    return index;
  }
}
