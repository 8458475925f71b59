/** What images look like that captions name a value for, by the network that compared them. */
import { formatCount, plural } from "@/components/numbers";
import { ScrollRegion } from "@/components/scroll-region";
import type { ContradictionCounts } from "@/lib/datasets/audit/contradictions";

export function ShownTable({
  name,
  captions,
  contradicting,
  asked,
}: ContradictionCounts["attributes"][number]) {
  if (asked.length === 0) {
    return (
      <p className="mb-4 text-sm text-muted">
        No caption names a value of {name} that could be compared with another one.
      </p>
    );
  }
  return (
    <section className="mb-6">
      <h3 className="mb-2 font-semibold">
        {name}
        <span className="numeric ms-2 text-[0.8125rem] font-normal text-muted">
          {formatCount(contradicting)} of {plural(captions, "caption", "captions")} contradicted
        </span>
      </h3>
      <ScrollRegion label={`Images by their ${name}`}>
        <table className="w-full border-collapse text-sm">
          <caption className="sr-only">What images look like, by the {name} that their captions name</caption>
          <thead>
            <tr className="border-b text-start text-[0.8125rem] text-muted">
              <th scope="col" className="px-4 py-2 text-start font-medium">
                Captions say
              </th>
              <th scope="col" className="px-4 py-2 text-end font-medium">
                Images
              </th>
              <th scope="col" className="px-4 py-2 text-end font-medium">
                Look like it
              </th>
              <th scope="col" className="px-4 py-2 text-start font-medium">
                Look more like
              </th>
            </tr>
          </thead>
          <tbody>
            {asked.map(({ value, images, shown }) => {
              const others = shown.filter((each) => each.value !== value);
              const own = shown.find((each) => each.value === value)?.images ?? 0;
              return (
                <tr key={value} className="border-b last:border-b-0">
                  <th scope="row" className="px-4 py-2 text-start font-medium">
                    {value}
                  </th>
                  <td className="numeric px-4 py-2 text-end">{formatCount(images)}</td>
                  <td className="numeric px-4 py-2 text-end">{formatCount(own)}</td>
                  <td className="px-4 py-2">
                    {others.map((each) => `${each.value} ${formatCount(each.images)}`).join(", ") || "—"}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollRegion>
    </section>
  );
}
