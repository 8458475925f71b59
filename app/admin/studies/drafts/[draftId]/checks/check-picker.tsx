/** Chooses the images of one check and its right answer. */
"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "sonner";
import { Button } from "@/components/button";
import { ChoiceField, TextField } from "@/components/field";
import { FormFailure } from "@/components/form-failure";
import { Picture } from "@/components/picture";
import type { ActionFailure } from "@/lib/platform/accounts/protected-action";
import { type QuestionTypeName, questionTypes } from "@/lib/questions/question-types";
import type { CheckPicture } from "@/lib/studies/checks/list-check-pictures";
import { type CheckUse, pickedCheckFault } from "@/lib/studies/design/picked-checks";
import { addCheckAction } from "../../../actions";
import { RightAnswerFields, type TypedRight } from "./right-answer-fields";

type Props = {
  draftId: string;
  question: { key: string; text: string; type: QuestionTypeName };
  caption: { id: string; text: string; language: string };
  /** Images of the caption, and of the captions that the search below found. */
  own: CheckPicture[];
  others: CheckPicture[];
  otherSearch: { path: string; query: Record<string, string>; value: string };
};

export function CheckPicker({ draftId, question, caption, own, others, otherSearch }: Props) {
  const router = useRouter();
  const [chosen, setChosen] = useState<CheckPicture[]>([]);
  const [use, setUse] = useState<CheckUse>("gold");
  const [answer, setAnswer] = useState<TypedRight>({});
  const [otherText, setOtherText] = useState(otherSearch.value);
  const [failure, setFailure] = useState<ActionFailure | null>(null);
  const [pending, setPending] = useState(false);
  const { checks, plan } = questionTypes[question.type];
  const { least, most } = plan.images;

  function toggle(picture: CheckPicture) {
    setFailure(null);
    // The places of the images change, and with them what an answer would mean.
    setAnswer({});
    setChosen((old) =>
      old.some(({ sha256 }) => sha256 === picture.sha256)
        ? old.filter(({ sha256 }) => sha256 !== picture.sha256)
        : [...old, picture],
    );
  }

  async function add() {
    const right = checks.fromFields(answer, chosen.length);
    const check = {
      criterion: question.key,
      use,
      captionId: caption.id,
      pictures: chosen.map(({ sha256 }) => sha256),
      right: right ?? ({ type: "best", position: 0 } as const),
    };
    const fault = pickedCheckFault(check, [{ key: question.key, questionType: question.type }]);
    const message =
      fault?.field === "pictures"
        ? fault.message
        : right === null
          ? "Say which answer is right."
          : fault?.message;
    if (message) {
      setFailure({ ok: false, code: "invalid_input", message });
      return;
    }
    setPending(true);
    const result = await addCheckAction({ studyId: draftId, check }).catch(() => null);
    setPending(false);
    if (!result?.ok) {
      setFailure(
        result ?? {
          ok: false,
          code: "unavailable",
          message: "The server did not answer.",
          remedy: "Try again.",
        },
      );
      return;
    }
    setChosen([]);
    setAnswer({});
    toast.success("Check added.");
    router.refresh();
  }

  function searchOthers() {
    const query = new URLSearchParams({ ...otherSearch.query, other: otherText });
    router.push(`${otherSearch.path}?${query}`, { scroll: false });
  }

  const wanted = least === most ? `${least}` : `${least} to ${most}`;
  return (
    <div className="grid gap-7 border-t pt-6">
      <div className="grid gap-1">
        <h3 lang={caption.language} className="caption-text text-lg">
          {caption.text}
        </h3>
        <p className="text-sm text-muted">
          {question.text} Choose {wanted} {most === 1 ? "image" : "images"}.
        </p>
      </div>
      <PictureChoice legend="Images of this caption" pictures={own} {...{ chosen, toggle }} />
      <form
        className="grid items-end gap-5 sm:grid-cols-[minmax(0,24rem)_auto] sm:justify-start"
        onSubmit={(event) => {
          event.preventDefault();
          searchOthers();
        }}
      >
        <TextField
          label="Images of other captions that contain"
          optional
          value={otherText}
          onChange={(event) => setOtherText(event.target.value)}
        />
        <Button type="submit">Find images</Button>
      </form>
      {others.length > 0 ? (
        <PictureChoice legend="Images of other captions" pictures={others} {...{ chosen, toggle }} />
      ) : otherSearch.value !== "" ? (
        <p className="text-sm text-muted">No caption contains “{otherSearch.value}”.</p>
      ) : null}
      {chosen.length > 0 ? (
        <ol className="flex flex-wrap gap-4" aria-label="Chosen images">
          {chosen.map(({ sha256, source }, place) => (
            <li key={sha256} className="grid w-28 content-start gap-1 text-xs text-muted">
              <Picture sha256={sha256} alt="" sidePx={128} />
              <span className="font-semibold text-ink">Image {place + 1}</span>
              <span className="[overflow-wrap:anywhere]">{source}</span>
            </li>
          ))}
        </ol>
      ) : null}
      {chosen.length >= least ? (
        <RightAnswerFields fields={checks.fields(chosen.length)} typed={answer} onChange={setAnswer} />
      ) : null}
      <ChoiceField
        legend="Use it for"
        name="use"
        value={use}
        onChange={(value) => setUse(value as CheckUse)}
        choices={[
          { value: "gold", title: "Gold", text: "Among the other items, without feedback." },
          { value: "training", title: "Training", text: "Before the study, with feedback." },
        ]}
      />
      <FormFailure failure={failure} />
      <div>
        <Button variant="primary" pending={pending} onClick={add}>
          Add check
        </Button>
      </div>
    </div>
  );
}

function PictureChoice({
  legend,
  pictures,
  chosen,
  toggle,
}: {
  legend: string;
  pictures: CheckPicture[];
  chosen: CheckPicture[];
  toggle: (picture: CheckPicture) => void;
}) {
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-2 text-sm font-semibold">{legend}</legend>
      {pictures.length === 0 ? <p className="text-sm text-muted">There are none.</p> : null}
      <div className="grid grid-cols-2 gap-4 sm:grid-cols-[repeat(auto-fill,minmax(9rem,1fr))]">
        {pictures.map((picture) => (
          <label
            key={picture.sha256}
            className="grid cursor-pointer content-start gap-1.5 rounded-md border border-field/60 p-2 text-xs has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <Picture sha256={picture.sha256} alt={picture.caption} lang={picture.language} sidePx={256} />
            <span className="flex items-start gap-1.5">
              <input
                type="checkbox"
                checked={chosen.some(({ sha256 }) => sha256 === picture.sha256)}
                onChange={() => toggle(picture)}
                className="mt-0.5 size-4 shrink-0 accent-(--accent) outline-none"
              />
              <span className="text-muted [overflow-wrap:anywhere]">{picture.source}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
