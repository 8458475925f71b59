/** What an invited person reads before the first image: what is asked of them, the consent, the way in. */
"use client";

import type { IdProblem } from "@/lib/rating/join/outside-ids";
import { Notice } from "../notice";
import { DeviceCodeForm } from "./device-code";
import type { DisplaySettings } from "./display-settings";
import { LeftAnswers } from "./left-answers";
import { ProofForm } from "./proof-form";
import { RaterFrame } from "./rater-frame";
import type { RaterStrings } from "./strings/rater-strings";
import { useDisplaySettings } from "./use-display-settings";

export type JoinProblem = keyof RaterStrings["joinProblems"];

export type InvitationProps = {
  studyId: string;
  studyName: string;
  instructions: string;
  /** Empty where no consent is asked for. */
  consentText: string;
  studyLanguage: string;
  task: { items: number; minutes: number | null };
  /** Where the form goes. */
  action: string;
  method?: "post" | "get";
  /** What the recruiting service sent along, by the form's field names. */
  ids: Readonly<Record<string, string>>;
  /** What the browser has to solve before somebody new is let in; null where nothing. */
  challenge: string | null;
  /** Where an id came that cannot be kept. */
  idProblem: IdProblem | null;
  /** Why an earlier try did not succeed. */
  problem: JoinProblem | null;
  /** Whether answers are dropped before the study starts. */
  isPilot: boolean;
  display: DisplaySettings;
};

export function Invitation(props: InvitationProps) {
  const display = useDisplaySettings(props.display, props.studyLanguage);
  const { strings } = display;
  return (
    <RaterFrame display={display}>
      <p className="text-muted text-sm">{strings.invited}</p>
      <h1 className="mt-1 font-serif text-3xl leading-tight">{props.studyName}</h1>
      {props.problem ? (
        <div className="mt-5">
          <Notice kind="error" title={strings.joinProblems[props.problem]} />
        </div>
      ) : null}
      {props.idProblem ? (
        <div className="mt-5">
          <Notice kind="error" title={strings.idProblems[props.idProblem.kind](props.idProblem.parameter)}>
            {props.idProblem.kind === "preview" ? strings.acceptFirst : strings.idAdvice}
          </Notice>
        </div>
      ) : null}
      {props.isPilot ? (
        <div className="mt-5">
          <Notice title={strings.pilotTitle}>{strings.pilotText}</Notice>
        </div>
      ) : null}
      <LeftAnswers studyId={props.studyId} strings={strings} />
      <div className="mt-6 space-y-4 text-pretty">
        <Paragraphs text={props.instructions} />
        <p>
          {strings.task(props.task.items)}{" "}
          {props.task.minutes === null ? null : strings.taskMinutes(props.task.minutes)}
        </p>
        <p className="text-muted text-sm">{strings.privacy}</p>
      </div>
      {props.idProblem?.kind === "preview" ? null : (
        <ProofForm action={props.action} method={props.method} challenge={props.challenge} strings={strings}>
          {Object.entries(props.ids).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          {props.consentText === "" ? null : (
            <section aria-labelledby="consent" className="mb-6 rounded-lg border bg-surface p-4 sm:p-5">
              <h2 id="consent" className="mb-2 font-serif text-xl">
                {strings.consentTitle}
              </h2>
              <div className="space-y-3 text-pretty">
                <Paragraphs text={props.consentText} />
              </div>
              <label className="mt-4 flex min-h-11 cursor-pointer items-center gap-3 font-medium">
                <input
                  type="checkbox"
                  name="consent"
                  value="yes"
                  required
                  className="size-6 shrink-0 accent-(--accent)"
                />
                {strings.agree}
              </label>
            </section>
          )}
        </ProofForm>
      )}
      {props.method === "get" ? null : (
        <details className="mt-8 text-sm">
          <summary className="min-h-11 cursor-pointer py-3">{strings.codeTitle}</summary>
          <DeviceCodeForm strings={strings} action={props.action} ids={props.ids} />
        </details>
      )}
    </RaterFrame>
  );
}

function Paragraphs({ text }: { text: string }) {
  return text
    .split(/\n{2,}/)
    .filter(Boolean)
    .map((paragraph) => <p key={paragraph}>{paragraph}</p>);
}
