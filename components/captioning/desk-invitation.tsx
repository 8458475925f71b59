/** What somebody reads before they begin to caption. */
"use client";

import { Notice } from "../notice";
import type { DisplaySettings } from "../rating/display-settings";
import { ProofForm } from "../rating/proof-form";
import { RaterFrame } from "../rating/rater-frame";
import { useDisplaySettings } from "../rating/use-display-settings";
import { type CaptionerStrings, captionerStrings } from "./captioner-strings";

export type DeskInvitationProps = {
  name: string;
  instructions: string;
  deskLanguage: string;
  share: number;
  captionsPerImage: number;
  action: string;
  /** For whom the link was made, or who returns; null where a name is asked for. */
  person: string | null;
  challenge: string | null;
  problem: keyof CaptionerStrings["joinProblems"] | null;
  /** Nobody can begin any more. */
  isOver: boolean;
  display: DisplaySettings;
};

export function DeskInvitation(props: DeskInvitationProps) {
  const display = useDisplaySettings(props.display, props.deskLanguage);
  const strings = captionerStrings(display.language);
  return (
    <RaterFrame display={display}>
      <p className="text-muted text-sm">{strings.invited}</p>
      <h1 className="mt-1 font-serif text-3xl leading-tight">{props.name}</h1>
      {props.problem ? (
        <div className="mt-5">
          <Notice kind={props.isOver ? "remark" : "error"} title={strings.joinProblems[props.problem]} />
        </div>
      ) : null}
      {props.isOver ? null : (
        <>
          <div className="mt-6 space-y-4 text-pretty">
            {props.instructions
              .split(/\n{2,}/)
              .filter(Boolean)
              .map((paragraph) => (
                <p key={paragraph} className="whitespace-pre-line">
                  {paragraph}
                </p>
              ))}
            <p>{strings.asks(props.share, props.captionsPerImage)}</p>
            <p className="text-muted text-sm">{strings.privacy}</p>
          </div>
          <ProofForm action={props.action} challenge={props.challenge} strings={strings}>
            {props.person === null ? (
              <label className="mb-6 block">
                <span className="font-medium">{strings.nameLabel}</span>
                <span className="block text-muted text-sm">{strings.nameHelp}</span>
                <input
                  name="name"
                  required
                  maxLength={60}
                  autoComplete="off"
                  className="mt-2 block min-h-12 w-full rounded-md border border-field bg-surface px-3 text-base"
                />
              </label>
            ) : (
              <p className="mb-6">{strings.hello(props.person)}</p>
            )}
          </ProofForm>
        </>
      )}
    </RaterFrame>
  );
}
