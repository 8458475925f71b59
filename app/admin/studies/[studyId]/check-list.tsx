/** The checks of a study and their pictures, folded away. */
import { Picture } from "@/components/picture";
import type { StudyCheck } from "@/lib/studies/checks/list-checks";

const kinds = { TRAINING: "Training", GOLD: "Gold", ATTENTION: "Attention" } as const;

/** @param language of the captions (BCP 47); attention checks have texts of their own */
export function CheckList({ checks, language }: { checks: StudyCheck[]; language: string }) {
  return (
    <details>
      <summary className="w-fit rounded-sm text-sm font-medium">Show all {checks.length} checks</summary>
      <ul className="mt-4 grid gap-5">
        {checks.map((check) => (
          <li key={check.id} className="grid gap-3 border-t pt-4 sm:grid-cols-[minmax(0,1fr)_auto]">
            <div className="grid content-start gap-1 text-sm">
              <span className="font-medium">{kinds[check.kind]}</span>
              <span
                lang={check.kind === "ATTENTION" ? undefined : language}
                className="caption-text text-[0.9375rem]"
              >
                {check.captionText}
              </span>
              <span className="text-muted">{check.question}</span>
              <span className="text-muted">Right answer: {check.expected}</span>
            </div>
            <div className="flex flex-wrap gap-2">
              {check.pictures.map((sha256, index) => (
                <Picture
                  key={sha256}
                  sha256={sha256}
                  alt={`Image ${index + 1}`}
                  sidePx={128}
                  className="size-24"
                />
              ))}
            </div>
          </li>
        ))}
      </ul>
    </details>
  );
}
