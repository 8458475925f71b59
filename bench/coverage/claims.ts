/** What is counted over simulated studies, and what becomes of the counts: rates, standard errors, verdicts. */

/** A rate's aim, in percent: what an interval or a decision claims, and how far from that is still good. */
export type Aim = {
  /** Above the aim an interval says less than it could, which is told and no failure; a false claim is one. */
  readonly kind: "interval" | "false claim";
  readonly least: number;
  readonly most: number;
  /** Said in the table. */
  readonly words: string;
};

/** Of 95% intervals. */
export const covers: Aim = { kind: "interval", least: 93, most: 97, words: "93–97" };
/** Of intervals that hold together for many comparisons, which Bonferroni's bound makes wider than needed. */
export const coversAtLeast: Aim = { kind: "interval", least: 95, most: 100, words: "≥ 95" };
/** Of claims that are false, in percent of studies. */
export const falseClaims: Aim = { kind: "false claim", least: 0, most: 5, words: "≤ 5" };
/** Of what no interval claims, and the reader should know. */
export const told: Aim = { kind: "interval", least: 0, most: 100, words: "" };

export type Count = {
  readonly claim: string;
  readonly aim: Aim;
  readonly truth: number | null;
  /** Studies in which it held (an interval), or happened (a claim or a decision); of several in a study, their share. */
  readonly held: number;
  /** Sum of the squares of these shares. */
  readonly squares: number;
  /** Studies in which the interval is wholly above the truth, and wholly below. */
  readonly above: number;
  readonly below: number;
  /** Studies in which there was something to count. */
  readonly studies: number;
};

/** Counts of one design, by claim, in the order in which claims first appear. */
export class Tallies {
  readonly #counts = new Map<string, { -readonly [Key in keyof Count]: Count[Key] }>();

  /** An interval, which need not be there in every study. */
  interval(claim: string, truth: number, low: number | null, high: number | null, aim: Aim = covers): void {
    if (low === null || high === null) return;
    this.#add(this.#countOf(claim, aim, truth), [{ truth, low, high }]);
  }

  /** Intervals of several things of one kind in a study. */
  intervals(
    claim: string,
    list: readonly { truth: number; low: number; high: number }[],
    aim = covers,
  ): void {
    if (list.length > 0) this.#add(this.#countOf(claim, aim, null), list);
  }

  /** Whether something is the case in a study. */
  event(claim: string, isCase: boolean, aim: Aim): void {
    const count = this.#countOf(claim, aim, null);
    count.studies++;
    if (!isCase) return;
    count.held++;
    count.squares++;
  }

  get counts(): Count[] {
    return [...this.#counts.values()];
  }

  #add(
    count: { -readonly [Key in keyof Count]: Count[Key] },
    list: readonly { truth: number; low: number; high: number }[],
  ): void {
    const above = list.filter(({ truth, low }) => low > truth).length / list.length;
    const below = list.filter(({ truth, high }) => high < truth).length / list.length;
    const held = 1 - above - below;
    count.studies++;
    count.above += above;
    count.below += below;
    count.held += held;
    count.squares += held * held;
  }

  #countOf(claim: string, aim: Aim, truth: number | null) {
    let count = this.#counts.get(claim);
    if (!count) {
      count = { claim, aim, truth, held: 0, squares: 0, above: 0, below: 0, studies: 0 };
      this.#counts.set(claim, count);
    }
    return count;
  }
}

export type Verdict = "" | "met" | "met within noise" | "wide" | "NOT MET";

/** Percent, and its standard error in percentage points over studies (at least as if one study were different). */
export function rateOf({ held, squares, studies }: Pick<Count, "held" | "squares" | "studies">): {
  percent: number;
  error: number;
} {
  const share = held / studies;
  const spread = Math.max(squares / studies - share * share, (1 / studies) * (1 - 1 / studies));
  return { percent: 100 * share, error: 100 * Math.sqrt(spread / studies) };
}

/**
 * "met": the rate is within the aim; "met within noise": outside, but by no more than `tolerance` standard errors;
 * "wide": further above the aim of an interval, which then says less than it could; else "NOT MET".
 */
export function verdictOf(count: Count, tolerance: number): Verdict {
  const { percent, error } = rateOf(count);
  const { least, most, words } = count.aim;
  if (words === "") return "";
  if (percent >= least && percent <= most) return "met";
  if (percent >= least - tolerance * error && percent <= most + tolerance * error) return "met within noise";
  return percent > most && count.aim.kind === "interval" ? "wide" : "NOT MET";
}

/** Rows of a Markdown table without its head. */
export function rowsOf(counts: readonly Count[], tolerance: number): string {
  return counts
    .map((count) => {
      const { percent, error } = rateOf(count);
      const { claim, aim, truth, above, below, studies } = count;
      const misses =
        above + below === 0 && truth === null ? "" : `${share(above, studies)} / ${share(below, studies)}`;
      const value = truth === null ? "" : Number(truth.toPrecision(3));
      return `| ${claim} | ${value} | ${percent.toFixed(1)} | ${error.toFixed(1)} | ${misses} | ${studies} | ${aim.words} | ${verdictOf(count, tolerance)} |`;
    })
    .join("\n");
}

export const tableHead =
  "| what | truth | rate, % | SE | too high / too low, % | studies | goal | verdict |\n| --- | --- | --- | --- | --- | --- | --- | --- |";

function share(part: number, studies: number): string {
  return ((100 * part) / studies).toFixed(1);
}
