/** Two attributes: how many images have each two values, as a heat map in a table. */
import { Badge } from "@/components/badge";
import { buttonClass } from "@/components/button-class";
import { formatCount, plural } from "@/components/numbers";
import { ScrollRegion } from "@/components/scroll-region";
import type { AttributePair } from "@/lib/datasets/audit/attribute-counts";
import { type AuditCounts, expectedTogether } from "@/lib/datasets/audit/judge-counts";

/** The pair that the page's address names; else the one of the first remark, or the one that most images name. */
export function choosePair(
  { pairs, attributes, combinations }: AuditCounts,
  rows: unknown,
  columns: unknown,
): AttributePair | undefined {
  const nameOf = (index: number) => attributes[index]!.name;
  const isOf = (pair: AttributePair, one: unknown, other: unknown) =>
    [nameOf(pair.rows), nameOf(pair.columns)].every((name) => name === one || name === other) &&
    one !== other;
  const [first] = combinations;
  return (
    pairs.find((pair) => isOf(pair, rows, columns)) ??
    (first && pairs.find((pair) => isOf(pair, first.rows, first.columns))) ??
    [...pairs].sort((a, b) => b.both - a.both)[0]
  );
}

/** How strongly a cell is coloured at most, so that its text stays readable. */
const strongestPercent = 40;

/** At eight times as many or few as expected, the colour is at its strongest. */
function colourOf(observed: number, expected: number): string | undefined {
  const ratio = Math.log2((observed + 0.5) / (expected + 0.5)) / 3;
  const strength = Math.round(strongestPercent * Math.min(1, Math.abs(ratio)));
  if (strength < 2) return undefined;
  const series = ratio > 0 ? "var(--series-1)" : "var(--series-2)";
  return `color-mix(in srgb, ${series} ${strength}%, var(--surface))`;
}

export function CombinationTable({ counts, pair }: { counts: AuditCounts; pair: AttributePair }) {
  const [rows, columns] = [counts.attributes[pair.rows]!, counts.attributes[pair.columns]!];
  const verdicts = new Map(
    counts.combinations
      .filter((each) => each.rows === rows.name && each.columns === columns.name)
      .map((each) => [`${each.row}/${each.column}`, each]),
  );
  const named = counts.attributes.filter((attribute) => attribute.named > 0);
  return (
    <div className="grid gap-4">
      <form method="get" className="flex flex-wrap items-end gap-3 text-sm">
        {[
          { name: "rows", label: "Rows", value: rows.name },
          { name: "columns", label: "Columns", value: columns.name },
        ].map(({ name, label, value }) => (
          <label key={name} className="grid gap-1 font-semibold">
            {label}
            <select
              key={value}
              name={name}
              defaultValue={value}
              className="h-10 rounded-md border border-field bg-surface px-3 font-normal"
            >
              {named.map((attribute) => (
                <option key={attribute.name}>{attribute.name}</option>
              ))}
            </select>
          </label>
        ))}
        <button type="submit" className={buttonClass("secondary", "md")}>
          Show
        </button>
      </form>
      <ScrollRegion label={`${rows.name} and ${columns.name}`}>
        <table className="w-full border-collapse text-sm">
          <caption className="sr-only">
            Images with each {rows.name} and {columns.name}; below, how many would be expected if the two were
            independent
          </caption>
          <thead>
            <tr className="border-b text-[0.8125rem] text-muted">
              <th scope="col" className="sticky start-0 bg-surface px-3 py-2 text-start font-medium">
                {rows.name}
              </th>
              {pair.columnValues.map((value) => (
                <th scope="col" key={value} className="px-3 py-2 text-end font-medium">
                  {columns.values[value]!.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {pair.rowValues.map((value, row) => (
              <tr key={value} className="border-b last:border-b-0">
                <th scope="row" className="sticky start-0 bg-surface px-3 py-2 text-start font-medium">
                  {rows.values[value]!.name}
                </th>
                {pair.columnValues.map((other, column) => {
                  const observed = pair.together[row]![column]!;
                  const expected = expectedTogether(pair, row, column);
                  const found = verdicts.get(`${rows.values[value]!.name}/${columns.values[other]!.name}`);
                  return (
                    <td
                      key={other}
                      className="numeric min-w-20 px-3 py-2 text-end align-top"
                      style={{ backgroundColor: colourOf(observed, expected) }}
                    >
                      <span className="block font-medium">{formatCount(observed)}</span>
                      <span className="block text-xs">of {expected.toFixed(1)}</span>
                      {found && !found.mayBeChance ? (
                        <span className="block text-xs font-semibold">{found.verdict}</span>
                      ) : null}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <p className="text-sm text-muted">
        {plural(pair.both, "image names", "images name")} both attributes. Each cell has the number of images,
        and the number expected if the two attributes had nothing to do with each other. Marked are cells that
        chance does not explain.
      </p>
    </div>
  );
}

/** A page with more would take long to draw; the report has all. */
const mostShown = 40;

export function CombinationList({ combinations }: Pick<AuditCounts, "combinations">) {
  if (combinations.length === 0) {
    return (
      <p className="text-sm text-muted">No combination of two attributes is missing, rare or frequent.</p>
    );
  }
  return (
    <>
      <ul className="grid gap-x-8 gap-y-2 text-sm lg:grid-cols-2">
        {combinations.slice(0, mostShown).map(({ rows, columns, row, column, ...found }) => (
          <li
            key={`${rows}/${row}/${columns}/${column}`}
            className="flex flex-wrap items-baseline gap-x-2 gap-y-0.5"
          >
            <Badge tone={found.mayBeChance ? "neutral" : "warn"}>{found.verdict}</Badge>
            <span>
              {row} <span className="text-muted">({rows})</span>, {column}{" "}
              <span className="text-muted">({columns})</span>
            </span>
            <span className="numeric text-muted">
              {plural(found.observed, "image", "images")}, {found.expected.toFixed(1)} expected
              {found.mayBeChance ? "; may be chance" : ""}
            </span>
          </li>
        ))}
      </ul>
      {combinations.length > mostShown ? (
        <p className="mt-3 text-sm text-muted">
          The first {mostShown} of {formatCount(combinations.length)}; the report has all.
        </p>
      ) : null}
    </>
  );
}
