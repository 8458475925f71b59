/** A rater's page that only shows an error, in the reader's language. */
"use client";

import type { Ending } from "@/lib/studies/design/endings";
import { buttonClass } from "../button-class";
import { Notice } from "../notice";
import { DeviceCodeForm } from "./device-code";
import type { DisplaySettings } from "./display-settings";
import { LeftAnswers } from "./left-answers";
import { RaterFrame } from "./rater-frame";
import type { RaterStrings } from "./strings/rater-strings";
import { useDisplaySettings } from "./use-display-settings";
import { WayOut } from "./way-out";

export type RaterProblemKind = keyof RaterStrings["problems"];

/** How somebody left a study who may not come back. */
export type WayOutOfExcluded = "excluded" | "screenedOut";

export function RaterProblem({
  problem,
  display: stored,
  language,
  studyId = null,
  ending = null,
  returning = null,
  code = null,
}: {
  problem: RaterProblemKind;
  display: DisplaySettings;
  /** BCP 47 tag of the language for readers who have chosen none. */
  language: string;
  /** The study that the page is of; answers to it that wait on this device are sent. */
  studyId?: string | null;
  /** What the reader takes along all the same. */
  ending?: Ending | null;
  /** For somebody who took part: where the form goes that shows how it ended for them, and the ids it carries. */
  returning?: { action: string; ids: Readonly<Record<string, string>> } | null;
  /** For somebody who may have begun on another device: where its code goes, and whether one was refused. */
  code?: { action: string; ids: Readonly<Record<string, string>>; isWrong: boolean } | null;
}) {
  const display = useDisplaySettings(stored, language);
  const { strings } = display;
  const { title, text } = strings.problems[problem];
  return (
    <RaterFrame display={display}>
      <h1 className="font-serif text-3xl">Semblance</h1>
      <div className="mt-5">
        <Notice kind={problem === "closed" ? "remark" : "error"} title={title}>
          {text}
        </Notice>
      </div>
      {returning ? (
        <form action={returning.action} method="post" className="mt-6">
          {Object.entries(returning.ids).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          <p className="mb-3">{strings.tookPart}</p>
          <button type="submit" className={buttonClass("primary", "md", "min-h-13 px-6 text-base")}>
            {strings.showMyEnd}
          </button>
        </form>
      ) : (
        <WayOut ending={ending} strings={strings} />
      )}
      {code ? (
        <section className="mt-8">
          {code.isWrong ? <Notice kind="error" title={strings.joinProblems.code} /> : null}
          <DeviceCodeForm strings={strings} action={code.action} ids={code.ids} />
        </section>
      ) : null}
      {studyId === null ? null : <LeftAnswers studyId={studyId} strings={strings} />}
    </RaterFrame>
  );
}
