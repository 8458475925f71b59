/** What an audit has found, in sentences: what stands out most comes first. */
import { normalQuantile } from "@/lib/numerics/distributions";
import { wilsonInterval } from "@/lib/statistics/clustered-proportion";
import { counted } from "@/lib/text/counted";
import type { ContradictionCounts } from "./contradictions";
import type { AuditCounts } from "./judge-counts";

export type Finding = {
  readonly kind: "contradiction" | "one-sided" | "combination" | "split";
  readonly text: string;
};

/** Images that look unlike a value which their captions name are worth a sentence from this share on, at its interval's end. */
const leastContradicted = 0.1;

/** A value is one-sided if so many of the images with the attribute have it, at its interval's end. */
const oneSided = 0.6;

/** Of combinations, and of differences between splits; the tables have all. */
const mostOfAKind = 5;

const z = normalQuantile(0.975);
const percent = (share: number) => `${Math.round(100 * share)}%`;
const points = (share: number) => `${Math.round(100 * share)}`.replace("-", "−");

/** Intervals are 95%, over images (Wilson). */
export function listFindings(counts: AuditCounts, compared: ContradictionCounts | null): Finding[] {
  return [
    ...(compared ? contradictions(compared) : []),
    ...oneSidedAttributes(counts),
    ...combinations(counts),
    ...splits(counts),
  ];
}

function contradictions({ attributes }: ContradictionCounts): Finding[] {
  return attributes
    .flatMap(({ name, asked }) =>
      asked.flatMap(({ value, images, shown }) => {
        const other = shown.filter((each) => each.value !== value);
        const count = other.reduce((sum, each) => sum + each.images, 0);
        const { low, high } = wilsonInterval(count / images, images, z);
        const [most] = other;
        if (!most || low < leastContradicted) return [];
        const text =
          `Of ${counted(images, "image", "images")} whose caption says “${value}” (${name}), ${count} look more like something else ` +
          `(${percent(count / images)}, interval ${percent(low)} to ${percent(high)}), ${most.images === count ? "all" : "most"} of them like “${most.value}”` +
          `${most.images === count ? "" : ` (${most.images})`}.`;
        return [{ low, finding: { kind: "contradiction", text } as const }];
      }),
    )
    .sort((a, b) => b.low - a.low)
    .map(({ finding }) => finding);
}

function oneSidedAttributes({ attributes }: AuditCounts): Finding[] {
  return attributes.flatMap(({ name, named, values }) => {
    const most = [...values].sort((a, b) => b.images - a.images)[0]!;
    const { low, high } = named === 0 ? { low: 0, high: 0 } : wilsonInterval(most.images / named, named, z);
    if (low < oneSided || values.every((value) => value === most || value.images === 0)) return [];
    const text = `Of ${counted(named, "image", "images")} whose captions name a ${name}, ${percent(most.images / named)} (interval ${percent(low)} to ${percent(high)}) are “${most.name}”.`;
    return [{ kind: "one-sided" as const, text }];
  });
}

function combinations({ combinations: all }: AuditCounts): Finding[] {
  return all
    .filter(({ mayBeChance }) => !mayBeChance)
    .slice(0, mostOfAKind)
    .map(({ rows, columns, row, column, observed, expected }) => {
      const images = observed === 0 ? "No image has" : `${counted(observed, "image has", "images have")}`;
      return {
        kind: "combination" as const,
        text: `${images} both “${row}” (${rows}) and “${column}” (${columns}); ${expected.toFixed(1)} would be expected if the two were independent.`,
      };
    });
}

function splits({ splitComparison: comparison }: AuditCounts): Finding[] {
  if (!comparison) return [];
  const [one, two] = comparison.splits;
  return comparison.skewed.slice(0, mostOfAKind).map(({ attribute, value, shares, low, high }) => ({
    kind: "split" as const,
    text:
      `“${value}” (${attribute}) is in ${percent(shares[0])} of the ${one} images and ${percent(shares[1])} of the ${two} ones ` +
      `(a difference of ${points(low)} to ${points(high)} percentage points).`,
  }));
}
