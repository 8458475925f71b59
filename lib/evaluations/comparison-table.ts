/** Scores of several sets of images against the same photographs, as the table of a report: rows sets, columns metrics. */
import { intervalTarget, recipeDifferences } from "./comparable-recipe";
import type { MetricScore } from "./list-evaluations";

/** A metric's name for people, and which of two figures is the better one. */
export type DescribeMetric = (metric: string) => { label: string; better: "lower" | "higher" };

/** Scores of one set of images, compared at one side. */
export type TableArm = {
  /** What several rows have in common, such as "20 upsampler epochs"; empty for none. */
  group: string;
  /** Such as "real / original". */
  name: string;
  /** Null: images as they are. */
  sidePx: number | null;
  scores: readonly MetricScore[];
  /** Images of the demo's miniature. */
  isDemo?: boolean;
};

export type TableColumn = { metric: string; sidePx: number | null };

export type TableRow = {
  group: string;
  name: string;
  isDemo: boolean;
  /** One per column; null where the set was not scored so. */
  cells: (MetricScore | null)[];
};

export type ComparisonTable = {
  /** Of the real photographs. */
  real: string;
  columns: TableColumn[];
  rows: TableRow[];
  /** What a reader must know: different numbers of images, different recipes, warnings, what is missing. */
  notes: string[];
};

/** Rows and columns in the order in which arms and their scores name them first; sides from small to large. */
export function makeComparisonTable(
  real: string,
  arms: readonly TableArm[],
  describe: DescribeMetric,
): ComparisonTable {
  const metrics = [...new Set(arms.flatMap(({ scores }) => scores.map(({ metric }) => metric)))];
  const sidesPx = [...new Set(arms.map(({ sidePx }) => sidePx))].sort((a, b) => (a ?? 1e9) - (b ?? 1e9));
  const columns = metrics.flatMap((metric) => sidesPx.map((sidePx) => ({ metric, sidePx })));
  const keys = [
    ...new Map(
      arms.map(({ group, name, isDemo }) => [JSON.stringify([group, name]), { group, name, isDemo }]),
    ).values(),
  ];
  const rows = keys.map(({ group, name, isDemo = false }) => ({
    group,
    name,
    isDemo,
    cells: columns.map(
      ({ metric, sidePx }) =>
        arms
          .find((arm) => arm.group === group && arm.name === name && arm.sidePx === sidePx)
          ?.scores.find((score) => score.metric === metric) ?? null,
    ),
  }));
  return { real, columns, rows, notes: [...notesOf(columns, rows, describe)] };
}

/** "FID, 64 px" */
export function columnTitle({ metric, sidePx }: TableColumn, describe: DescribeMetric): string {
  return `${describe(metric).label}${sidePx === null ? "" : `, ${sidePx} px`}`;
}

/** Whether a cell holds the best figure of its column, where there is more than one. */
export function isBestCell(
  { columns, rows }: ComparisonTable,
  row: TableRow,
  column: number,
  describe: DescribeMetric,
): boolean {
  const values = rows.flatMap(({ cells }) => cells[column]?.value ?? []);
  const value = row.cells[column]?.value;
  // Where all are equal, none is better.
  if (new Set(values).size < 2 || value === null || value === undefined) return false;
  const { better } = describe(columns[column]!.metric);
  return value === (better === "lower" ? Math.min(...values) : Math.max(...values));
}

/** Images that took part in a row: its largest count, and the smallest where they differ. */
export function rowCounts({ cells }: TableRow): { real: number[]; generated: number[] } {
  const counted = cells.filter((cell) => cell !== null && cell.value !== null) as MetricScore[];
  const distinct = (counts: number[]) =>
    [...new Set(counts)].filter((count) => count > 0).sort((a, b) => a - b);
  return {
    real: distinct(counted.map(({ realCount }) => realCount)),
    generated: distinct(counted.map(({ generatedCount }) => generatedCount)),
  };
}

function* notesOf(columns: TableColumn[], rows: TableRow[], describe: DescribeMetric): Generator<string> {
  const counts = new Set(rows.flatMap((row) => rowCounts(row).generated));
  if (counts.size > 1) {
    yield `The sets have different numbers of images (${[...counts].sort((a, b) => a - b).join(", ")}): FID and similar metrics are not comparable between them.`;
  }
  for (const [at, column] of columns.entries()) {
    const cells = rows.flatMap(({ group, name, cells }) => {
      const cell = cells[at];
      return cell ? [{ who: [group, name].filter(Boolean).join(", "), cell }] : [];
    });
    const title = columnTitle(column, describe);
    const differences = recipeDifferences(
      cells.filter(({ cell }) => cell.value !== null).map(({ cell }) => cell.recipe),
    );
    if (differences.length > 0) {
      yield `${title}: the scores were computed in different ways (${differences.join(", ")}) and are not comparable.`;
    }
    const targets = new Set(
      cells.filter(({ cell }) => cell.low !== null).map(({ cell }) => intervalTarget(cell.recipe)),
    );
    for (const target of targets) {
      if (target !== null) yield `${title}: intervals cover ${target}.`;
      else if (targets.size > 1) {
        yield `${title}: some intervals were computed by an earlier version, which resampled images. Evaluate again.`;
      }
    }
    const said = new Map<string, string[]>();
    for (const { who, cell } of cells) {
      for (const note of [...cell.warnings, ...(cell.remedy ? [cell.remedy] : [])]) {
        said.set(note, [...(said.get(note) ?? []), who]);
      }
    }
    for (const [note, whose] of said) {
      yield whose.length === rows.length ? `${title}: ${note}` : `${title} (${whose.join("; ")}): ${note}`;
    }
  }
}
