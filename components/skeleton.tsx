/**
 * What is in the place of a page's slow part until its data is there, about as high as the part. A page decides
 * between 200, 403 and 404 before its first byte: it awaits the role and one cheap query, and the rest streams inside
 * Suspense with one of these.
 */
import type { ReactNode } from "react";
import { classNames } from "./class-names";
import { ImageGrid } from "./image";
import { Panel } from "./panel";

/** One grey bar; `className` sets its size. */
export function Bar({ className }: { className: string }) {
  return (
    <span
      className={classNames(
        "block animate-pulse rounded-sm bg-skeleton motion-reduce:animate-none",
        className,
      )}
    />
  );
}

/** At least a screen high, so that the scroll bar does not come and go. */
export function Skeleton({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <div role="status" className={classNames("min-h-dvh", className)}>
      <span className="sr-only">Loading</span>
      <div aria-hidden="true">{children}</div>
    </div>
  );
}

const widths = ["w-2/5", "w-1/3", "w-1/2", "w-2/5", "w-1/4"];

export function TableSkeleton({ rows = 8 }: { rows?: number }) {
  return (
    <div className="overflow-hidden rounded-lg border bg-surface">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex gap-8 border-b px-4 py-4 last:border-b-0">
          <Bar className={`h-4 ${widths[row % widths.length]}`} />
          <Bar className="ms-auto h-4 w-24" />
        </div>
      ))}
    </div>
  );
}

/** @param count images, each with a caption of one line and a line of facts */
export function ImageGridSkeleton({ count }: { count: number }) {
  return (
    <ImageGrid>
      {Array.from({ length: count }, (_, index) => (
        <div key={index} className="grid content-start gap-2">
          <Bar className="aspect-square" />
          <Bar className="h-4 w-3/4" />
          <Bar className="h-3 w-1/2" />
        </div>
      ))}
    </ImageGrid>
  );
}

export function PanelSkeleton({ lines = 4 }: { lines?: number }) {
  return (
    <Panel className="grid gap-5">
      {Array.from({ length: lines }, (_, line) => (
        <Bar key={line} className={`h-4 ${widths[line % widths.length]}`} />
      ))}
    </Panel>
  );
}

/** In place of a whole form. */
export function FormSkeleton() {
  return (
    <Skeleton>
      <Panel className="grid gap-7">
        {widths.map((width, field) => (
          <div key={`${field} ${width}`} className="grid gap-2">
            <Bar className="h-4 w-32" />
            <Bar className="h-10 max-w-xl" />
          </div>
        ))}
      </Panel>
    </Skeleton>
  );
}
