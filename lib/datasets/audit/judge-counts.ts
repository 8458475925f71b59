/** What is missing, rare, frequent or unequal between splits, by an audit's counts. */
import { z } from "zod";
import { binomialAtLeast, binomialAtMost } from "@/lib/numerics/binomial";
import { proportionDifference } from "@/lib/statistics/proportion-difference";
import { type AttributeCounts, type AttributePair, attributeCounts } from "./attribute-counts";

/** Chance of a wrong remark about a table, and about all differences between splits. */
const error = 0.05;

/** A page lists no more. */
const mostCombinations = 500;

const combination = z.object({
  /** Names of the two attributes, and of their values. */
  rows: z.string(),
  columns: z.string(),
  row: z.string(),
  column: z.string(),
  observed: z.number(),
  /** Under independence, of the images that name both attributes. */
  expected: z.number(),
  /**
   * - `missing`: no image has the combination, and independent values would give at least one;
   * - `rare`, `frequent`: at most half, at least twice as many images as independent values would give.
   */
  verdict: z.enum(["missing", "rare", "frequent"]),
  /**
   * Whether independent values would give so few or so many in more than 5% of tables of this size (binomial tails,
   * Bonferroni's correction over the table's combinations); only of missing ones.
   */
  mayBeChance: z.boolean(),
});

export type Combination = z.output<typeof combination>;

/** Of the images that name both attributes, how many would have both values if the two had nothing to do with each other. */
export function expectedTogether(pair: AttributePair, row: number, column: number): number {
  return pair.both === 0 ? 0 : (pair.rowTotals[row]! * pair.columnTotals[column]!) / pair.both;
}

/** Those of which there is something to say, the least to be explained by chance first. */
function judgeCombinations({ attributes, pairs }: AttributeCounts): Combination[] {
  const judged = pairs.flatMap((pair) => {
    const [rows, columns] = [attributes[pair.rows]!, attributes[pair.columns]!];
    const chance = error / Math.max(1, pair.rowValues.length * pair.columnValues.length);
    return pair.together.flatMap((counts, row) =>
      counts.flatMap((observed, column) => {
        const expected = expectedTogether(pair, row, column);
        const found = judge(observed, expected, pair.both, chance);
        if (!found) return [];
        const names = {
          rows: rows.name,
          columns: columns.name,
          row: rows.values[pair.rowValues[row]!]!.name,
          column: columns.values[pair.columnValues[column]!]!.name,
        };
        return [{ ...names, observed, expected, ...found }];
      }),
    );
  });
  const weight = ({ observed, expected }: Combination) => Math.abs(observed - expected) / Math.sqrt(expected);
  return judged
    .sort((a, b) => Number(a.mayBeChance) - Number(b.mayBeChance) || weight(b) - weight(a))
    .slice(0, mostCombinations);
}

function judge(
  observed: number,
  expected: number,
  both: number,
  chance: number,
): Pick<Combination, "verdict" | "mayBeChance"> | null {
  const isFew = observed <= expected / 2;
  const isMany = observed >= 2 * expected;
  if (expected === 0 || (!isFew && !isMany)) return null;
  const share = expected / both;
  const tail = isFew ? binomialAtMost(observed, both, share) : binomialAtLeast(observed, both, share);
  const mayBeChance = tail > chance;
  if (observed === 0 && expected >= 1) return { verdict: "missing", mayBeChance };
  return mayBeChance ? null : { verdict: isFew ? "rare" : "frequent", mayBeChance };
}

const splitComparison = z.object({
  splits: z.tuple([z.string(), z.string()]),
  images: z.tuple([z.number(), z.number()]),
  /** How many values were compared. */
  compared: z.number(),
  /** Values whose interval does not contain 0, the largest difference first. */
  skewed: z.array(
    z.object({
      attribute: z.string(),
      value: z.string(),
      /** Share of images with it in the first split, and in the second. */
      shares: z.tuple([z.number(), z.number()]),
      /** The first share minus the second, with an interval that holds for all values together. */
      difference: z.number(),
      low: z.number(),
      high: z.number(),
    }),
  ),
});

export type SplitComparison = z.output<typeof splitComparison>;
type Skew = SplitComparison["skewed"][number];

/** Counts, and what they mean. */
export const auditCounts = attributeCounts.extend({
  combinations: z.array(combination),
  splitComparison: splitComparison.nullable(),
});

export type AuditCounts = z.output<typeof auditCounts>;

/** Takes a second for 100,000 images: not for the web process. */
export function judgeCounts(counts: AttributeCounts): AuditCounts {
  return { ...counts, combinations: judgeCombinations(counts), splitComparison: compareSplits(counts) };
}

/** Of the first two splits with images; null where there are none. Intervals are 95% after Bonferroni's correction. */
function compareSplits({ splits, attributes }: AttributeCounts): SplitComparison | null {
  const filled = [...splits.keys()].filter((split) => splits[split]!.images > 0);
  const [one, two] = filled;
  if (one === undefined || two === undefined) return null;
  const images: [number, number] = [splits[one]!.images, splits[two]!.images];
  const compared = attributes.flatMap(({ name: attribute, values }) =>
    values
      .filter((value) => value.images > 0)
      .map(({ name: value, inSplits }) => ({
        attribute,
        value,
        counts: [inSplits[one]!, inSplits[two]!] as const,
      })),
  );
  const skews = compared.map(({ attribute, value, counts }): Skew => {
    const {
      value: difference,
      low,
      high,
    } = proportionDifference(
      { count: counts[0], of: images[0] },
      { count: counts[1], of: images[1] },
      1 - error / compared.length,
    );
    return {
      attribute,
      value,
      shares: [counts[0] / images[0], counts[1] / images[1]],
      difference,
      low,
      high,
    };
  });
  return {
    splits: [splits[one]!.name, splits[two]!.name],
    images,
    skewed: skews
      .filter(({ low, high }) => low > 0 || high < 0)
      .sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference)),
    compared: compared.length,
  };
}
