/** The buttons of a page's head: next to the title on wide screens; on a phone the first one, and a button that shows the others. */
"use client";

import { Ellipsis } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { buttonClass } from "./button-class";
import { classNames } from "./class-names";

/** Lower than elsewhere, whatever each button's own size. */
const low = "*:min-h-8 *:px-2.5 *:text-[0.8125rem] sm:*:min-h-9 sm:*:px-3.5";

/** @param inFirstRow the title is there too; else it is in the second row of the head's grid, below the way back */
export function HeaderActions({
  action,
  others,
  inFirstRow,
}: {
  action: ReactNode;
  others: ReactNode;
  inFirstRow: boolean;
}) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const row = inFirstRow ? "sm:row-start-1" : "sm:row-start-2";
  return (
    <>
      {others ? (
        <>
          <button
            type="button"
            aria-expanded={open}
            aria-controls={id}
            onClick={() => setOpen(!open)}
            className={buttonClass("secondary", "sm", "col-start-2 row-start-1 sm:hidden")}
          >
            <Ellipsis className="size-4" aria-hidden="true" />
            <span className="sr-only">More</span>
          </button>
          <div
            id={id}
            className={classNames(
              "flex flex-wrap gap-2 max-sm:order-last max-sm:col-span-3 max-sm:mt-3 sm:col-start-2 sm:justify-end",
              row,
              low,
              !open && "max-sm:hidden",
            )}
          >
            {others}
          </div>
        </>
      ) : null}
      {action ? <div className={classNames("col-start-3 row-start-1", row, low)}>{action}</div> : null}
    </>
  );
}
