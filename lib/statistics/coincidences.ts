/** Which values occur in the same unit: the counts from which Krippendorff's α is computed. */
import { compactIndices } from "./compact-indices";
import { membersOfClusters } from "./two-way-jackknife";
import { placesWhere, valuesAt } from "./vote-table";

/** The difference of two values: the same for all (nominal), by rank (ordinal), by distance (interval). */
export type MeasurementLevel = "nominal" | "ordinal" | "interval";

/** Per rating the index of its unit, its value (into the ascending `values`), its cluster and its rater. */
export type RatingColumns = {
  readonly unit: Int32Array;
  readonly value: Int32Array;
  readonly cluster: Int32Array;
  readonly rater: Int32Array;
  readonly values: readonly number[];
};

/** So many values have few enough pairs to go through them all. */
const fewValues = 150;

/** The ratings of units that have at least two, by unit, all indices renumbered. */
export function countedRatings({ unit, value, cluster, rater, values }: RatingColumns): RatingColumns {
  let unitCount = 0;
  for (let i = 0; i < unit.length; i++) if (unit[i]! >= unitCount) unitCount = unit[i]! + 1;
  const { start, members } = membersOfClusters(unit, unitCount);
  const isRepeated = (i: number) => start[unit[members[i]!]! + 1]! - start[unit[members[i]!]!]! > 1;
  const order = valuesAt(members, placesWhere(members.length, isRepeated));
  return {
    unit: compactIndices(valuesAt(unit, order))[0],
    value: valuesAt(value, order),
    cluster: compactIndices(valuesAt(cluster, order))[0],
    rater: compactIndices(valuesAt(rater, order))[0],
    values,
  };
}

/**
 * Coincidences o_ck = Σ_units (ordered pairs of ratings with values c and k) / (ratings in the unit - 1). Units, whole or
 * without some of their ratings, can be added and removed.
 */
export class Coincidences {
  readonly #columns: RatingColumns;
  readonly #level: MeasurementLevel;
  /** For every unit its values with their counts: those of unit u at `#first[u]` … `#first[u + 1] - 1`. */
  readonly #first: Int32Array;
  readonly #value: Int32Array;
  readonly #count: Int32Array;
  readonly #size: Int32Array;
  readonly #marginal: Float64Array;
  /** Σ o_cc: all that nominal α needs besides the marginals, so that hundreds of values cost little. */
  #agreement = 0;
  /** Σ of coincidences of two values by c · values + k with c < k, without those that never met. */
  readonly #met = new Map<number, number>();
  readonly #exchange: readonly number[] | undefined;

  /** @param exchange as for `alphaWithInterval`, for nominal values */
  constructor(columns: RatingColumns, level: MeasurementLevel, exchange?: readonly number[]) {
    this.#exchange = exchange;
    const size = columns.values.length;
    const { unit, value } = columns;
    this.#columns = columns;
    this.#level = level;
    const unitCount = unit.length === 0 ? 0 : unit[unit.length - 1]! + 1;
    this.#first = new Int32Array(unitCount + 1);
    this.#value = new Int32Array(unit.length);
    this.#count = new Int32Array(unit.length);
    this.#size = new Int32Array(unitCount);
    let entries = 0;
    for (let i = 0; i < unit.length; ) {
      const own = unit[i]!;
      const first = entries;
      for (; i < unit.length && unit[i] === own; i++) {
        let at = first;
        while (at < entries && this.#value[at] !== value[i]) at++;
        if (at === entries) this.#value[entries++] = value[i]!;
        this.#count[at]! += 1;
        this.#size[own]! += 1;
      }
      this.#first[own + 1] = entries;
    }
    this.#marginal = new Float64Array(size);
  }

  addAll(): void {
    for (let unit = 0; unit < this.#size.length; unit++) this.#add(unit, [], 1);
  }

  /** α without the given ratings (indices, ascending), or of all; null where it is undefined. */
  alphaWithout(ratings: Int32Array): number | null {
    this.#move(ratings, -1);
    const value = this.alpha();
    this.#move(ratings, 1);
    return value;
  }

  /** Removes the ratings from their units (-1), or puts them back (1). */
  #move(ratings: Int32Array, sign: 1 | -1): void {
    const { unit } = this.#columns;
    for (let from = 0; from < ratings.length; ) {
      const own = unit[ratings[from]!]!;
      let to = from + 1;
      while (to < ratings.length && unit[ratings[to]!] === own) to++;
      this.#add(own, [], sign);
      this.#add(own, ratings.subarray(from, to), sign === 1 ? -1 : 1);
      from = to;
    }
  }

  /** Adds a unit without some of its ratings, or subtracts it. */
  #add(unit: number, left: ArrayLike<number>, sign: 1 | -1): void {
    const size = this.#size[unit]! - left.length;
    if (size < 2) return;
    const end = this.#first[unit + 1]!;
    for (let at = this.#first[unit]!; at < end; at++) {
      const c = this.#value[at]!;
      const count = this.#countWithout(at, left);
      this.#marginal[c]! += sign * count;
      this.#agreement += (sign * count * (count - 1)) / (size - 1);
      if (this.#level === "nominal") continue;
      for (let other = this.#first[unit]!; other < end; other++) {
        const k = this.#value[other]!;
        if (k <= c) continue;
        const key = c * this.#marginal.length + k;
        const pairs = count * this.#countWithout(other, left);
        this.#met.set(key, (this.#met.get(key) ?? 0) + (sign * pairs) / (size - 1));
      }
    }
  }

  #countWithout(at: number, left: ArrayLike<number>): number {
    let count = this.#count[at]!;
    for (let i = 0; i < left.length; i++) {
      if (this.#columns.value[left[i]!] === this.#value[at]) count--;
    }
    return count;
  }

  /** α of everything that has been added; null if it is undefined. */
  alpha(): number | null {
    const { n, observed, expected } = this.#disagreements();
    return expected < (this.#level === "nominal" ? 0.5 : 1e-9) ? null : 1 - ((n - 1) * observed) / expected;
  }

  /** What α would be if any two ratings of a unit differed by as much as the two extreme values. */
  leastAlpha(): number {
    const { n, expected } = this.#disagreements();
    if (this.#level === "nominal") return 1 - ((n - 1) * n) / expected;
    const given = this.#positions().filter((_, c) => this.#marginal[c]! > 0);
    const most = ((given.at(-1) ?? 0) - (given[0] ?? 0)) ** 2;
    return 1 - ((n - 1) * (n / 2) * most) / expected;
  }

  /**
   * Calls back for every two ratings of a unit, by index, with their share of all pairs, each counted 1 / (ratings of its unit - 1),
   * and their influence: the derivative of log(1 - α) by their weight, times the weight. Shares add up to 1, influences to
   * 0. Not for full agreement, whose logarithm is undefined.
   */
  eachPair(tell: (i: number, j: number, part: number, influence: number) => void): void {
    const { unit, value } = this.#columns;
    const copies = this.#exchange ? 2 : 1;
    const { observed } = this.#disagreements();
    const ofMarginal = this.#derivativesByMarginal();
    const positions = this.#level === "nominal" ? null : this.#positions();
    const ofPair = (c: number, k: number) =>
      (positions ? (positions[c]! - positions[k]!) ** 2 : c === k ? -2 * copies : 0) / observed +
      ofMarginal[c]! +
      ofMarginal[k]!;
    const ratings = unit.length;
    const sum = this.#marginal.reduce((total, count, c) => total + count * ofMarginal[c]!, 0);
    // A common weight of all pairs only changes the factor (n - 1) / n of few ratings.
    const mean = sum + (positions ? 1 : (-copies * this.#agreement) / observed);
    for (let from = 0; from < ratings; ) {
      let to = from + 1;
      while (to < ratings && unit[to] === unit[from]) to++;
      const share = 1 / (to - from - 1);
      const part = (2 * share) / ratings;
      for (let i = from; i < to; i++) {
        for (let j = i + 1; j < to; j++) {
          tell(i, j, part, share * ofPair(value[i]!, value[j]!) - part * mean);
        }
      }
      from = to;
    }
  }

  /** α = 1 - (n - 1) observed / expected, over ordered pairs (nominal) or unordered ones. */
  #disagreements(): { n: number; observed: number; expected: number } {
    const marginal = this.#marginal;
    const size = marginal.length;
    const copies = this.#exchange ? 2 : 1;
    let n = 0;
    let squares = 0;
    for (let c = 0; c < size; c++) {
      const exchanged = this.#exchange ? marginal[this.#exchange[c]!]! : 0;
      n += copies * marginal[c]!;
      squares += (marginal[c]! + exchanged) ** 2;
    }
    if (this.#level === "nominal") {
      return { n, observed: n - copies * this.#agreement, expected: n * n - squares };
    }
    const positions = this.#positions();
    let observed = 0;
    for (const [key, count] of this.#met) {
      observed += count * (positions[Math.floor(key / size)]! - positions[key % size]!) ** 2;
    }
    return { n, observed, expected: this.#expectedDisagreement(positions, n) };
  }

  /** Σ m_c m_k (x_c - x_k)² over c < k, pair by pair where that is cheap, otherwise as n Σ m x² with x less its mean. */
  #expectedDisagreement(positions: Float64Array, n: number): number {
    const marginal = this.#marginal;
    let expected = 0;
    if (marginal.length <= fewValues) {
      for (let c = 0; c < marginal.length; c++) {
        for (let k = c + 1; k < marginal.length; k++) {
          expected += marginal[c]! * marginal[k]! * (positions[k]! - positions[c]!) ** 2;
        }
      }
      return expected;
    }
    const mean = weightedSum(marginal, positions) / n;
    for (let c = 0; c < marginal.length; c++) expected += marginal[c]! * (positions[c]! - mean) ** 2;
    return n * expected;
  }

  /** What distances are between: the values themselves (interval), or the mean ranks of their ratings (ordinal). */
  #positions(): Float64Array {
    if (this.#level === "interval") return Float64Array.from(this.#columns.values);
    let below = 0;
    return this.#marginal.map((count) => {
      const position = below + count / 2;
      below += count;
      return position;
    });
  }

  /**
   * Derivatives of log(1 - α) = log(n - 1) + log observed - log expected by how often each value was given, the pairs
   * being as they are.
   */
  #derivativesByMarginal(): Float64Array {
    const marginal = this.#marginal;
    const { n, observed, expected } = this.#disagreements();
    const copies = this.#exchange ? 2 : 1;
    const { byObserved, byExpected } =
      this.#level === "nominal" ? this.#nominalDerivatives(n) : this.#distanceDerivatives(n);
    return marginal.map((count, c) =>
      count === 0 ? 0 : copies / (n - 1) + byObserved[c]! / observed - byExpected[c]! / expected,
    );
  }

  #nominalDerivatives(n: number) {
    const marginal = this.#marginal;
    const copies = this.#exchange ? 2 : 1;
    return {
      byObserved: marginal.map(() => copies),
      // Of n² - Σ (m_c + m_c′)², in which a value and the one that it is exchanged for have a term each.
      byExpected: marginal.map((count, c) => {
        const exchanged = this.#exchange ? marginal[this.#exchange[c]!]! : 0;
        return 2 * copies * n - 2 * copies * (count + exchanged);
      }),
    };
  }

  /** Of Σ o_ck d_ck² and Σ m_c m_k d_ck² over c < k. Ordinal distances grow with all values between the two, and half with these. */
  #distanceDerivatives(n: number) {
    const marginal = this.#marginal;
    const size = marginal.length;
    const positions = this.#positions();
    const sum = weightedSum(marginal, positions);
    const squares = weightedSum(
      marginal,
      positions.map((x) => x ** 2),
    );
    const byObserved = new Float64Array(size);
    const byExpected = positions.map((x) => n * x ** 2 - 2 * x * sum + squares);
    if (this.#level === "interval") return { byObserved, byExpected };
    // ∂d² = 2 d for a value between the two, and half of it at the ends.
    const steps = new Float64Array(size + 1);
    for (const [key, count] of this.#met) {
      const [c, k] = [Math.floor(key / size), key % size];
      const weight = count * (positions[k]! - positions[c]!);
      byObserved[c]! += weight;
      byObserved[k]! += weight;
      steps[c + 1]! += 2 * weight;
      steps[k]! -= 2 * weight;
    }
    let inside = 0;
    const below = { count: 0, sum: 0 };
    for (let c = 0; c < size; c++) {
      const [count, x] = [marginal[c]!, positions[c]!];
      inside += steps[c]!;
      byObserved[c]! += inside;
      const above = { count: n - below.count - count, sum: sum - below.sum - count * x };
      byExpected[c]! +=
        2 * (below.count * above.sum - below.sum * above.count) +
        count * (above.sum - above.count * x + below.count * x - below.sum);
      below.count += count;
      below.sum += count * x;
    }
    return { byObserved, byExpected };
  }
}

function weightedSum(weights: Float64Array, values: Float64Array): number {
  return weights.reduce((sum, weight, at) => sum + weight * values[at]!, 0);
}
