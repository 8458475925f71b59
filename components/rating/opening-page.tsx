/** A page before the server has said what it shows: about as high as what will come, without a word of any language. */
"use client";

import type { ReactNode } from "react";
import { classNames } from "../class-names";
import { RaterProblem } from "./rater-problem";
import type { Opening } from "./use-opened";

/** @param images side by side in what will come */
export function OpeningPage({
  opening,
  images,
}: {
  opening: Extract<Opening<unknown>, { state: "opening" | "away" }>;
  images: 1 | 2;
}): ReactNode {
  if (opening.state === "away") return <RaterProblem problem="away" {...opening.reader} />;
  return (
    <main aria-busy="true" className="mx-auto flex w-full max-w-5xl grow flex-col gap-4 px-3 pt-4 sm:px-6">
      <Bar className="h-1.5 w-full" />
      <Bar className="h-5 w-1/2" />
      <Bar className="h-7 w-4/5" />
      <div className="flex gap-2 sm:gap-4">
        {Array.from({ length: images }, (_, index) => (
          <div key={index} className="mx-auto max-w-md flex-1">
            <Bar className="aspect-square w-full" />
          </div>
        ))}
      </div>
    </main>
  );
}

/** Not that of components/skeleton.tsx, which brings the dashboard's parts along. */
function Bar({ className }: { className: string }) {
  return (
    <span
      className={classNames(
        "block animate-pulse rounded-sm bg-skeleton motion-reduce:animate-none",
        className,
      )}
    />
  );
}
