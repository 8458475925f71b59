/** A rater's page that can only say what is the matter, in the reader's language. */
"use client";

import { Notice } from "../notice";
import type { DisplaySettings } from "./display-settings";
import { RaterFrame } from "./rater-frame";
import type { RaterStrings } from "./strings/rater-strings";
import { useDisplaySettings } from "./use-display-settings";

export type RaterProblemKind = keyof RaterStrings["problems"];

export function RaterProblem({
  problem,
  display: stored,
  language,
}: {
  problem: RaterProblemKind;
  display: DisplaySettings;
  /** BCP 47 tag of the language for readers who have chosen none. */
  language: string;
}) {
  const display = useDisplaySettings(stored, language);
  const { title, text } = display.strings.problems[problem];
  return (
    <RaterFrame display={display}>
      <h1 className="font-serif text-3xl">Semblance</h1>
      <div className="mt-5">
        <Notice kind="error" title={title}>
          {text}
        </Notice>
      </div>
    </RaterFrame>
  );
}
