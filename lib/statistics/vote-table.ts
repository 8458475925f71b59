/** Votes as integer columns: names are looked up once, so that everything else is arithmetic. */
import { SemblanceError } from "@/lib/errors";
import { compactIndices } from "./compact-indices";
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
 * Votes in columns. Names get their index in order of appearance (of a vote's arms, left before right); `arms`
 * fixes the order of the arms instead and may name arms that have no vote yet.
 *
 * @throws SemblanceError `invalid_input` where a vote pairs an arm with itself, has an unknown winner, or names
 * an arm that is missing from `arms`.
 */
export function votesToTable(votes: Iterable<Vote>, arms?: readonly string[]): VoteTable {
  const builder = new VoteTableBuilder(arms);
  for (const { caption, rater, left, right, winner } of votes)
    builder.add(caption, rater, left, right, winner);
  return builder.toTable();
}

/** The same table without the votes of some raters. Arms and captions stay, so that results can be compared. */
export function withoutRaters(table: VoteTable, excluded: ReadonlySet<string>): VoteTable {
  const raters = table.raters.filter((rater) => !excluded.has(rater));
  const indexByRater = new Map(raters.map((rater, index) => [rater, index]));
  const newIndex = table.raters.map((rater) => indexByRater.get(rater) ?? -1);
  const isKept = (_: number, i: number) => newIndex[table.rater[i]!]! >= 0;
  const rater = table.rater.filter(isKept).map((index) => newIndex[index]!);
  return {
    arms: table.arms,
    captions: table.captions,
    raters,
    voteCount: rater.length,
    caption: table.caption.filter(isKept),
    rater,
    left: table.left.filter(isKept),
    right: table.right.filter(isKept),
    outcome: table.outcome.filter(isKept),
  };
}

/**
 * The votes that compare their arms: all but "both bad", with only those arms, captions and raters that have such
 * votes. Arms keep their order.
 */
export function comparingVotes(table: VoteTable): VoteTable {
  const kept = placesWhere(table.voteCount, (i) => table.outcome[i] !== outcomeBothBad);
  const left = valuesAt(table.left, kept);
  const right = valuesAt(table.right, kept);
  const compared = new Uint8Array(table.arms.length);
  for (let i = 0; i < kept.length; i++) {
    compared[left[i]!] = 1;
    compared[right[i]!] = 1;
  }
  const newArm = new Int32Array(table.arms.length);
  const arms = table.arms.filter((_, arm) => compared[arm] === 1);
  let next = 0;
  for (let arm = 0; arm < newArm.length; arm++) if (compared[arm] === 1) newArm[arm] = next++;
  const clusters = (values: Int32Array, names: readonly string[]) => {
    const [index, count] = compactIndices(valuesAt(values, kept));
    const used = new Array<string>(count);
    for (let i = 0; i < kept.length; i++) used[index[i]!] = names[values[kept[i]!]!]!;
    return { index, used };
  };
  const { index: caption, used: captions } = clusters(table.caption, table.captions);
  const { index: rater, used: raters } = clusters(table.rater, table.raters);
  return {
    arms,
    captions,
    raters,
    voteCount: kept.length,
    caption,
    rater,
    left: left.map((arm) => newArm[arm]!),
    right: right.map((arm) => newArm[arm]!),
    outcome: Uint8Array.from(valuesAt(table.outcome, kept)),
  };
}

/** The indices below `count` for which `holds`, in order. */
export function placesWhere(count: number, holds: (i: number) => boolean): Int32Array {
  const places = new Int32Array(count);
  let found = 0;
  for (let i = 0; i < count; i++) if (holds(i)) places[found++] = i;
  return places.subarray(0, found);
}

/** `TypedArray.from` with a function takes ten times as long. */
export function valuesAt(values: Int32Array | Uint8Array, places: Int32Array): Int32Array {
  const found = new Int32Array(places.length);
  for (let i = 0; i < places.length; i++) found[i] = values[places[i]!]!;
  return found;
}

const codeOfWinner = new Map<string, number>(winners.map((winner, code) => [winner, code]));

/** Caption, rater, left and right arm, outcome. */
const columnsOfVote = 5;

/** Collects votes one by one, for sources with too many votes to hold as objects. */
export class VoteTableBuilder {
  readonly #arms = new NameIndex();
  readonly #captions = new NameIndex();
  readonly #raters = new NameIndex();
  readonly #givenArmCount: number;
  #count = 0;
  #columns = new Int32Array(columnsOfVote * 1024);

  /** @param arms as for `votesToTable` */
  constructor(arms?: readonly string[]) {
    for (const arm of arms ?? []) this.#arms.toIndex(arm);
    this.#givenArmCount = arms ? this.#arms.names.length : Number.POSITIVE_INFINITY;
  }

  /** @throws SemblanceError `invalid_input` as `votesToTable` */
  add(caption: string, rater: string, left: string, right: string, winner: string): void {
    const number = this.#count + 1;
    const code = codeOfWinner.get(winner);
    if (code === undefined)
      throw invalidVote(number, `has the unknown winner "${winner}"`, `Use ${winners.join(", ")}.`);
    if (left === right) {
      throw invalidVote(number, `pairs "${left}" with itself`, "Give two different arms as left and right.");
    }
    const at = columnsOfVote * this.#count++;
    if (at === this.#columns.length) {
      const longer = new Int32Array(2 * at);
      longer.set(this.#columns);
      this.#columns = longer;
    }
    this.#columns[at] = this.#captions.toIndex(caption);
    this.#columns[at + 1] = this.#raters.toIndex(rater);
    this.#columns[at + 2] = this.#arms.toIndex(left);
    this.#columns[at + 3] = this.#arms.toIndex(right);
    this.#columns[at + 4] = code;
    if (this.#arms.names.length > this.#givenArmCount) {
      const stranger = this.#arms.names[this.#givenArmCount]!;
      throw invalidVote(
        number,
        `names the arm "${stranger}", which is not in the list of arms`,
        "Add it to `arms`.",
      );
    }
  }

  toTable(): VoteTable {
    const column = (place: number) => {
      const values = new Int32Array(this.#count);
      for (let i = 0; i < values.length; i++) values[i] = this.#columns[columnsOfVote * i + place]!;
      return values;
    };
    return {
      arms: this.#arms.names,
      captions: this.#captions.names,
      raters: this.#raters.names,
      voteCount: this.#count,
      caption: column(0),
      rater: column(1),
      left: column(2),
      right: column(3),
      outcome: Uint8Array.from(column(4)),
    };
  }
}

function invalidVote(number: number, fault: string, remedy: string): SemblanceError {
  return new SemblanceError("invalid_input", `Vote ${number} ${fault}.`, { remedy });
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
