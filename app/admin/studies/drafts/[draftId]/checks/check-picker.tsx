/** Chooses the images of one check and its correct answer. */
"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { useWatch } from "react-hook-form";
import { toast } from "sonner";
import { Button } from "@/components/button";
import { TextField } from "@/components/field";
import { FormChoice } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { FormFailure } from "@/components/form-failure";
import { Image } from "@/components/image";
import { Notice } from "@/components/notice";
import { type QuestionTypeName, questionTypes } from "@/lib/questions/question-types";
import type { CheckImage } from "@/lib/studies/checks/list-check-images";
import { type CheckUse, checkOf, type PickedCheck } from "@/lib/studies/design/picked-checks";
import { addCheckAction } from "../../../actions";
import { RightAnswerFields, type TypedRight } from "./right-answer-fields";

type Props = {
  draftId: string;
  question: { key: string; text: string; type: QuestionTypeName };
  caption: { id: string; text: string; language: string };
  /** Images of the caption, and of the captions that the search below found. */
  own: CheckImage[];
  others: CheckImage[];
  otherSearch: { path: string; query: Record<string, string>; value: string };
};

type Values = { images: CheckImage[]; use: CheckUse; typed: TypedRight };

const searchId = "other-images";

export function CheckPicker({ draftId, question, caption, own, others, otherSearch }: Props) {
  const router = useRouter();
  const [otherText, setOtherText] = useState(otherSearch.value);
  const { checks, plan } = questionTypes[question.type];
  const { least, most } = plan.images;
  const schema = checkOf({ key: question.key, questionType: question.type });
  const form = useActionForm<typeof schema, void, Values>({
    schema,
    defaultValues: { images: [], use: "gold", typed: {} },
    toInput: ({ images, use, typed }) => ({
      criterion: question.key,
      use,
      captionId: caption.id,
      images: images.map(({ sha256 }) => sha256),
      right: checks.fromFields(typed, images.length),
    }),
    // What the schema took has a correct answer.
    submit: (check) => addCheckAction({ studyId: draftId, check: check as PickedCheck }),
    onSuccess() {
      form.reset({ images: [], typed: {}, use: form.getValues("use") });
      toast.success("Check added.");
      router.refresh();
    },
  });
  const { control, setValue, formState } = form;
  const [chosen, typed] = useWatch({ control, name: ["images", "typed"] });
  // Once it has been sent, what is wrong is said as soon as it is.
  const options = { shouldValidate: formState.isSubmitted };
  const fault = formState.errors.images?.message ?? right(formState.errors);

  function toggle(image: CheckImage) {
    const isChosen = chosen.some(({ sha256 }) => sha256 === image.sha256);
    // The places of the images change, and with them what an answer would mean.
    setValue("typed", {});
    setValue(
      "images",
      isChosen ? chosen.filter(({ sha256 }) => sha256 !== image.sha256) : [...chosen, image],
      options,
    );
  }

  function searchOthers() {
    const query = new URLSearchParams({ ...otherSearch.query, other: otherText });
    router.push(`${otherSearch.path}?${query}`, { scroll: false });
  }

  const wanted = least === most ? `${least}` : `${least} to ${most}`;
  return (
    <>
      <form
        id={searchId}
        onSubmit={(event) => {
          event.preventDefault();
          searchOthers();
        }}
      />
      <form {...form.element} className="grid gap-7 border-t pt-6">
        <div className="grid gap-1">
          <h3 lang={caption.language} className="caption-text text-lg">
            {caption.text}
          </h3>
          <p className="text-sm text-muted">
            {question.text} Choose {wanted} {most === 1 ? "image" : "images"}.
          </p>
        </div>
        <ImageChoice legend="Images of this caption" images={own} {...{ chosen, toggle }} />
        <div className="grid items-end gap-5 sm:grid-cols-[minmax(0,24rem)_auto] sm:justify-start">
          <TextField
            label="Images of other captions that contain"
            optional
            form={searchId}
            value={otherText}
            onChange={(event) => setOtherText(event.target.value)}
          />
          <Button type="submit" form={searchId}>
            Find images
          </Button>
        </div>
        {others.length > 0 ? (
          <ImageChoice legend="Images of other captions" images={others} {...{ chosen, toggle }} />
        ) : otherSearch.value !== "" ? (
          <p className="text-sm text-muted">No caption contains “{otherSearch.value}”.</p>
        ) : null}
        {chosen.length > 0 ? (
          <ol className="flex flex-wrap gap-4" aria-label="Chosen images">
            {chosen.map(({ sha256, source }, place) => (
              <li key={sha256} className="grid w-28 content-start gap-1 text-xs text-muted">
                <Image sha256={sha256} alt="" sidePx={128} />
                <span className="font-semibold text-ink">Image {place + 1}</span>
                <span className="[overflow-wrap:anywhere]">{source}</span>
              </li>
            ))}
          </ol>
        ) : null}
        {chosen.length >= least ? (
          <RightAnswerFields
            fields={checks.fields(chosen.length)}
            typed={typed}
            onChange={(value) => setValue("typed", value, options)}
          />
        ) : null}
        <FormChoice
          control={control}
          name="use"
          legend="Use it for"
          choices={[
            { value: "gold", title: "Gold", text: "Among the other items, without feedback." },
            { value: "training", title: "Training", text: "Before the study, with feedback." },
          ]}
        />
        {/* Stand for what several controls make together: its error is shown here. */}
        <fieldset name="images" hidden />
        <fieldset name="right" hidden />
        {fault ? <Notice kind="error" title={fault} /> : null}
        <FormFailure failure={form.failure} />
        <div>
          <Button type="submit" variant="primary" pending={form.pending}>
            Add check
          </Button>
        </div>
      </form>
    </>
  );
}

/** The error of the correct answer, which the form makes of what is typed. */
function right(errors: object): string | undefined {
  return (errors as { right?: { message?: string } }).right?.message;
}

function ImageChoice({
  legend,
  images,
  chosen,
  toggle,
}: {
  legend: string;
  images: CheckImage[];
  chosen: CheckImage[];
  toggle: (image: CheckImage) => void;
}) {
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-2 text-sm font-semibold">{legend}</legend>
      {images.length === 0 ? <p className="text-sm text-muted">No matches.</p> : null}
      <div className="grid grid-cols-2 gap-4 sm:grid-cols-[repeat(auto-fill,minmax(9rem,1fr))]">
        {images.map((image) => (
          <label
            key={image.sha256}
            className="grid cursor-pointer content-start gap-1.5 rounded-md border border-field/60 p-2 text-xs has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <Image sha256={image.sha256} alt={image.caption} lang={image.language} sidePx={256} />
            <span className="flex items-start gap-1.5">
              <input
                type="checkbox"
                checked={chosen.some(({ sha256 }) => sha256 === image.sha256)}
                onChange={() => toggle(image)}
                className="mt-0.5 size-4 shrink-0 accent-(--accent) outline-none"
              />
              <span className="text-muted [overflow-wrap:anywhere]">{image.source}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
