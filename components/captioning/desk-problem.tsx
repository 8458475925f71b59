/** A captioner's page that only says what is the matter. */
"use client";

import { Notice } from "../notice";
import type { DisplaySettings } from "../rating/display-settings";
import { RaterFrame } from "../rating/rater-frame";
import { useDisplaySettings } from "../rating/use-display-settings";
import { captionerStrings } from "./captioner-strings";

export function DeskProblem({
  problem,
  display: stored,
  language,
}: {
  problem: "link" | "person" | "other";
  display: DisplaySettings;
  /** BCP 47 tag for readers who have chosen none. */
  language: string;
}) {
  const display = useDisplaySettings(stored, language);
  const strings = captionerStrings(display.language);
  const [title, text] = {
    link: [strings.unknownLink, strings.unknownLinkText],
    person: [strings.unknownPerson, strings.unknownPersonText],
    other: [strings.joinProblems.other, ""],
  }[problem] as [string, string];
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
