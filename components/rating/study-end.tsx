/** What a rater reads when there are no more items, with the way back to their recruiting service. */
import type { Lease, LeaseEnd } from "@/lib/rating/item/assigned-item";
import type { RaterStrings } from "./strings/rater-strings";
import { WayOut } from "./way-out";

export function StudyEnd({
  end,
  answered,
  completion,
  strings,
}: {
  end: LeaseEnd;
  answered: number;
  completion: Lease["completion"];
  strings: RaterStrings;
}) {
  const [title, text] = endText(end, answered, strings);
  return (
    <>
      <h1 className="font-serif text-3xl">{title}</h1>
      <p className="mt-3 text-lg" role="status">
        {text}
      </p>
      <WayOut ending={completion} strings={strings} />
    </>
  );
}

function endText(end: LeaseEnd, answered: number, strings: RaterStrings): [title: string, text: string] {
  switch (end) {
    case "screened-out":
      return [strings.screenedOut, strings.screenedOutText];
    case "excluded":
      return [strings.excluded, strings.excludedText];
    case "closed":
      return [strings.closed, answered === 0 ? strings.closedLateText : strings.closedText];
    case "complete":
      if (answered === 0) return [strings.nothingOpen, strings.allAnsweredText];
      return [strings.thanks, strings.thanksText(answered)];
    case "nothing-open":
      if (answered === 0) return [strings.nothingOpen, strings.nothingOpenText];
      return [strings.thanks, strings.nothingLeftText(answered)];
  }
}
