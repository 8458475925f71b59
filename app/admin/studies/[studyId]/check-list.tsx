/** The checks of a study and their images, folded away. */
import type { StudyCheck } from "@/lib/studies/checks/list-checks";
import { CheckRow } from "../check-row";

const kinds = { TRAINING: "Training", GOLD: "Gold", ATTENTION: "Attention" } as const;

/** A page with more would take long to draw, for everybody. */
const mostShown = 50;

/** @param language of the captions (BCP 47); attention checks have their own texts */
export function CheckList({ checks, language }: { checks: StudyCheck[]; language: string }) {
  return (
    <details>
      <summary className="w-fit rounded-sm text-sm font-medium">
        {checks.length > mostShown
          ? `Show ${mostShown} of ${checks.length} checks`
          : `Show all ${checks.length} checks`}
      </summary>
      <ul className="mt-4 grid gap-5">
        {checks.slice(0, mostShown).map((check) => (
          <CheckRow
            key={check.id}
            use={kinds[check.kind]}
            caption={check.captionText}
            language={check.kind === "ATTENTION" ? undefined : language}
            question={check.question}
            right={check.expected}
            images={check.images}
          />
        ))}
      </ul>
    </details>
  );
}
