/** What runs have in common and where they differ, a column for each. */
import { formatMeasure } from "@/components/numbers";
import { Link } from "@/components/page-link";
import { ScrollRegion } from "@/components/scroll-region";
import type { ComparedRow } from "@/lib/fine-tunes/comparison/compare-runs";

export function ComparedTable({
  caption,
  runs,
  rows,
}: {
  caption: string;
  runs: readonly { id: string; name: string }[];
  rows: readonly (ComparedRow<string | number> & { conditions?: string })[];
}) {
  return (
    <ScrollRegion label={caption}>
      <table className="w-full border-collapse text-sm">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b text-start">
            <td className="px-4 py-2.5" />
            {runs.map(({ id, name }) => (
              <th key={id} scope="col" className="min-w-32 px-4 py-2.5 text-start font-semibold">
                <Link href={`/admin/fine-tunes/${id}`} className="hover:underline">
                  {name}
                </Link>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, conditions, values, differs }) => (
            <tr
              key={`${name} ${conditions ?? ""}`}
              className={differs ? "border-b bg-accent-soft last:border-b-0" : "border-b last:border-b-0"}
            >
              <th scope="row" className="max-w-72 px-4 py-2 text-start font-normal text-muted">
                {name} {differs ? <span className="ms-1 font-semibold text-ink">differs</span> : null}
                {conditions ? <span className="block text-[0.8125rem]">{conditions}</span> : null}
              </th>
              {values.map((value, place) => (
                <td key={runs[place]!.id} className="numeric px-4 py-2 align-top [overflow-wrap:anywhere]">
                  {value === null ? "—" : typeof value === "number" ? formatMeasure(value) : value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
