/** Facts about one thing: name on the left, value on the right. */
import type { ReactNode } from "react";

export function DescriptionList({ items }: { items: { name: string; value: ReactNode }[] }) {
  return (
    <dl className="grid text-sm">
      {items.map((item) => (
        <div
          key={item.name}
          className="grid gap-x-6 gap-y-0.5 border-t py-2.5 first:border-t-0 sm:grid-cols-[11rem_minmax(0,1fr)]"
        >
          <dt className="text-muted">{item.name}</dt>
          <dd className="numeric min-w-0 [overflow-wrap:anywhere]">{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}
