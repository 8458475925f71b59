/** How often captions name each value of each attribute. */
import { formatCount, formatPercent, plural } from "@/components/numbers";
import type { AuditCounts } from "@/lib/datasets/audit/judge-counts";

type Attribute = AuditCounts["attributes"][number];

export function AttributeCounts({ attributes }: { attributes: readonly Attribute[] }) {
  const named = attributes.filter(({ values }) => values.some(({ images, negated }) => images + negated > 0));
  return (
    <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
      {named.map((attribute) => (
        <Values key={attribute.name} {...attribute} />
      ))}
    </div>
  );
}

function Values({ name, named, values }: Attribute) {
  const shown = values
    .filter(({ images, negated }) => images + negated > 0)
    .sort((a, b) => b.images - a.images);
  const missing = values.filter(({ images, negated }) => images + negated === 0);
  const most = Math.max(1, ...shown.map(({ images }) => images));
  return (
    <section className="rounded-lg border bg-surface p-4">
      <h3 className="flex flex-wrap items-baseline justify-between gap-x-3 font-semibold">
        {name}
        <span className="numeric text-[0.8125rem] font-normal text-muted">
          named for {plural(named, "image", "images")}
        </span>
      </h3>
      <table className="mt-2 w-full text-sm">
        <caption className="sr-only">Images whose captions name each {name}</caption>
        <thead className="sr-only">
          <tr>
            <th scope="col">Value</th>
            <th scope="col">Images</th>
            <th scope="col">Share</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ name: value, images, negated }) => (
            <tr key={value}>
              <th scope="row" className="w-full py-1 pe-3 text-start align-top font-normal">
                {value}
                {negated > 0 ? (
                  <span className="text-[0.8125rem] text-muted"> ({formatCount(negated)} without)</span>
                ) : null}
                <span className="mt-0.5 block h-1 rounded-full bg-line" aria-hidden="true">
                  <span
                    className="block h-1 rounded-full bg-accent"
                    style={{ width: `${(100 * images) / most}%` }}
                  />
                </span>
              </th>
              <td className="numeric py-1 pe-3 text-end align-top">{formatCount(images)}</td>
              <td className="numeric py-1 text-end align-top text-muted">
                {named === 0 ? "—" : formatPercent(images / named)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {missing.length > 0 ? (
        <p className="mt-2 text-[0.8125rem] text-muted">
          In no caption: {missing.map(({ name: value }) => value).join(", ")}
        </p>
      ) : null}
    </section>
  );
}
