/** Tabs whose choice is kept in the address. */
import { classNames } from "./class-names";
import { Link } from "./page-link";

export function TabLinks({
  label,
  tabs,
  current,
}: {
  /** What the tabs choose among, for screen readers. */
  label: string;
  tabs: { key: string; label: string; href: string; count?: number }[];
  current: string;
}) {
  return (
    <nav aria-label={label} className="mb-6 flex gap-x-6 overflow-x-auto border-b">
      {tabs.map((tab) => (
        <Link
          key={tab.key}
          href={tab.href}
          scroll={false}
          aria-current={tab.key === current ? "page" : undefined}
          className={classNames(
            "-mb-px border-b-2 px-0.5 py-2.5 text-sm whitespace-nowrap",
            tab.key === current
              ? "border-accent font-medium text-ink"
              : "border-transparent text-muted hover:text-ink",
          )}
        >
          {tab.label}
          {tab.count === undefined ? null : <span className="numeric ms-1.5 text-faint">{tab.count}</span>}
        </Link>
      ))}
    </nav>
  );
}
