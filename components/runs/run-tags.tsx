/** The tags of a run; each leads to the runs that have it. */
import { address } from "../list-query";
import { Link } from "../page-link";

export function RunTags({ tags }: { tags: readonly string[] }) {
  if (tags.length === 0) return null;
  return (
    <ul aria-label="Tags" className="flex flex-wrap gap-1.5">
      {tags.map((tag) => (
        <li key={tag}>
          <Link
            href={address("/admin/fine-tunes", { search: tag })}
            className="inline-block rounded-full border bg-sunken px-2.5 py-0.5 text-[0.8125rem] text-muted hover:text-ink"
          >
            {tag}
          </Link>
        </li>
      ))}
    </ul>
  );
}
