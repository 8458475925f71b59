/** The items that raters reported, with everything that raters are not told of them. */

import { Image } from "@/components/image";
import { plural } from "@/components/numbers";
import { Time } from "@/components/time";
import { reportReasonNames, reportReasons } from "@/lib/rating/item/item-report";
import type { ReportedItem } from "@/lib/votes/list/list-item-reports";

const kinds = { REGULAR: "", TRAINING: "Training", GOLD: "Gold", ATTENTION: "Attention" } as const;

export function ReportedItems({ items, language }: { items: readonly ReportedItem[]; language: string }) {
  return (
    <ul className="grid gap-5">
      {items.map((item) => (
        <li
          key={item.itemId}
          className="grid gap-3 border-t pt-4 first:border-t-0 first:pt-0 sm:grid-cols-[minmax(0,1fr)_auto]"
        >
          <div className="grid content-start gap-1 text-sm">
            {kinds[item.kind] === "" ? null : <span className="font-medium">{kinds[item.kind]}</span>}
            <span lang={language} className="caption-text text-[0.9375rem]">
              {item.caption}
            </span>
            <span className="text-muted">{item.question}</span>
            <ul className="mt-1 grid gap-0.5">
              {reportReasons
                .filter((reason) => item.counts[reason] > 0)
                .map((reason) => (
                  <li key={reason} className="numeric">
                    {reportReasonNames[reason]}: {item.counts[reason]}
                  </li>
                ))}
            </ul>
            {item.texts.map((text, index) => (
              <q key={index} className="[overflow-wrap:anywhere]" dir="auto">
                {text}
              </q>
            ))}
            <span className="text-muted">
              {item.skipped > 0 ? `Skipped by ${plural(item.skipped, "rater", "raters")}. ` : null}
              Last reported <Time at={item.lastAt.toISOString()} />
            </span>
          </div>
          <div className="flex flex-wrap gap-2">
            {item.images.map(({ sha256, arm, isFaulty }, index) => (
              <figure key={sha256} className="w-24 text-xs text-muted">
                <Image sha256={sha256} alt={arm ?? `Image ${index + 1}`} sidePx={128} className="size-24" />
                <figcaption className="mt-1 [overflow-wrap:anywhere]">
                  {arm ?? `Image ${index + 1}`}
                  {isFaulty ? (
                    <span className="mt-0.5 block font-medium text-ink">
                      File missing or damaged. No rater gets this item until it is restored from a backup.
                    </span>
                  ) : null}
                </figcaption>
              </figure>
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
}
