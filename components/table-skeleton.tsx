/** What stands in a table's place until its rows are there. */
const widths = ["w-2/5", "w-1/3", "w-1/2", "w-2/5", "w-1/4"];

export function TableSkeleton() {
  return (
    <div role="status" className="overflow-hidden rounded-lg border bg-surface">
      <span className="sr-only">Loading</span>
      {widths.map((width, row) => (
        <div
          key={`${row} ${width}`}
          aria-hidden="true"
          className="flex gap-8 border-b px-4 py-4 last:border-b-0"
        >
          <span className={`h-4 animate-pulse rounded-sm bg-sunken motion-reduce:animate-none ${width}`} />
          <span className="ms-auto h-4 w-24 animate-pulse rounded-sm bg-sunken motion-reduce:animate-none" />
        </div>
      ))}
    </div>
  );
}
