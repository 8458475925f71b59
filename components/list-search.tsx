/** A search field above a list; what it is searched for is kept in the address. */
import { Search } from "lucide-react";
import { buttonClass } from "./button-class";
import { address } from "./list-query";
import { Link } from "./page-link";

export function ListSearch({
  label,
  path,
  words,
  kept,
}: {
  /** What is searched, such as "Names, tags and notes". */
  label: string;
  path: string;
  words: string;
  /** Parameters of the address that stay. */
  kept: Readonly<Record<string, string | undefined>>;
}) {
  return (
    <search>
      <form action={path} className="mb-4 flex flex-wrap items-center gap-2">
        {Object.entries(kept).map(([name, value]) =>
          value === undefined ? null : <input key={name} type="hidden" name={name} value={value} />,
        )}
        <input
          key={words}
          type="search"
          name="search"
          defaultValue={words}
          aria-label={label}
          placeholder={label}
          maxLength={200}
          className="min-h-10 w-72 max-w-full rounded-md border border-field bg-surface px-3 text-[0.9375rem] placeholder:text-faint"
        />
        <button type="submit" className={buttonClass("secondary")}>
          <Search className="size-4" aria-hidden="true" />
          Search
        </button>
        {words === "" ? null : (
          <Link href={address(path, kept)} className="prose-link text-sm">
            Show all
          </Link>
        )}
      </form>
    </search>
  );
}
