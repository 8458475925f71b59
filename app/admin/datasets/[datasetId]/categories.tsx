/** What the captions of a dataset are grouped by, and the way to those of one group. */
import { address, type SearchParams } from "@/components/list-query";
import { formatCount } from "@/components/numbers";
import { Link } from "@/components/page-link";
import type { CategoryCount } from "@/lib/datasets/list-categories";

export type Category = { name: string; value: string };

/** The group that the page's address names. */
export function readCategory({ category, value }: SearchParams): Category | undefined {
  return typeof category === "string" && typeof value === "string" ? { name: category, value } : undefined;
}

export function Categories({
  datasetId,
  categories,
  chosen,
}: {
  datasetId: string;
  categories: readonly CategoryCount[];
  chosen: Category | undefined;
}) {
  if (categories.length === 0) return null;
  const path = `/admin/datasets/${datasetId}`;
  const names = [...new Set(categories.map(({ name }) => name))];
  return (
    <nav aria-label="Categories" className="mb-5 grid gap-2 text-sm">
      {names.map((name) => (
        <p key={name} className="flex flex-wrap gap-x-3 gap-y-1">
          <span className="text-muted">{name}</span>
          {categories
            .filter((category) => category.name === name)
            .map(({ value, captionCount }) => (
              <Link
                key={value}
                href={address(path, { category: name, value })}
                aria-current={chosen?.name === name && chosen.value === value ? "true" : undefined}
                className="rounded-sm underline aria-[current]:font-semibold"
              >
                {value} <span className="numeric text-muted">{formatCount(captionCount)}</span>
              </Link>
            ))}
        </p>
      ))}
      {chosen ? (
        <Link href={path} className="w-fit rounded-sm underline">
          Show all
        </Link>
      ) : null}
    </nav>
  );
}
