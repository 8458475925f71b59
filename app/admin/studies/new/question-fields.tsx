/** What is asked: the standard criteria and own wordings, each with how it is asked. */
"use client";

import { Button } from "@/components/button";
import { FieldGroup } from "@/components/field";
import type { Codec } from "@/components/form/codecs";
import { FormCheckbox, FormSelect, FormTextField } from "@/components/form/form-fields";
import { Notice } from "@/components/notice";
import { questionTypeNames, questionTypes, usualQuestionType } from "@/lib/questions/question-types";
import { standardKeys } from "@/lib/studies/design/standard-questions";
import { askedKeys, ownKeys } from "./study-values";
import type { StudyFormState } from "./use-study-form";

const standardNames = { "caption-similarity": "Caption similarity", photorealism: "Photorealism" } as const;

export function QuestionFields({ state }: { state: StudyFormState }) {
  const { values, control, set, error } = state;
  const asked = askedKeys(values);
  const ownCount = Number(values.ownCount);
  const none = asked.length === 0 ? error("criteria") : undefined;
  return (
    <FieldGroup title="Questions" text="Raters answer one question about one caption at a time.">
      <fieldset name="criteria" hidden />
      {none ? <Notice kind="error" title={none} /> : null}
      {standardKeys.map((key) => (
        <div key={key} className="grid gap-3">
          <FormCheckbox label={standardNames[key]} control={control} name={`ask ${key}`} />
          {values[`ask ${key}`] === true ? (
            <QuestionType state={state} questionKey={key} name={standardNames[key]} />
          ) : null}
        </div>
      ))}
      {ownKeys.slice(0, ownCount).map((key, own) => (
        <div key={key} className="grid gap-3">
          <FormTextField label={`Own question ${own + 1}`} control={control} name={`question ${key}`} />
          <QuestionType state={state} questionKey={key} name={`Own question ${own + 1}`} />
        </div>
      ))}
      <div className="flex flex-wrap gap-2.5">
        {asked.length < ownKeys.length ? (
          <Button size="sm" onClick={() => set("ownCount", String(ownCount + 1))}>
            Add your own question
          </Button>
        ) : null}
        {ownCount > 0 ? (
          <Button size="sm" variant="quiet" onClick={() => set("ownCount", String(ownCount - 1))}>
            Remove the last one
          </Button>
        ) : null}
      </div>
    </FieldGroup>
  );
}

/** Until another is chosen, the usual one. */
const typeOf: Codec<string | boolean> = {
  parse: (text) => text,
  format: (value) => String(value ?? usualQuestionType),
};

function QuestionType({
  state,
  questionKey,
  name,
}: {
  state: StudyFormState;
  questionKey: string;
  name: string;
}) {
  const { control } = state;
  return (
    <div className="grid gap-3 border-s-2 ps-4 sm:ms-2">
      <FormSelect
        label={`${name}: how it is asked`}
        control={control}
        name={`type ${questionKey}`}
        codec={typeOf}
      >
        {questionTypeNames.map((type) => (
          <option key={type} value={type}>
            {questionTypes[type].words.option}
          </option>
        ))}
      </FormSelect>
      <div className="grid gap-2 sm:grid-cols-2">
        <FormCheckbox
          label="Mark missed words"
          help="Raters can tap words of the caption that an image misses."
          control={control}
          name={`words ${questionKey}`}
        />
        <FormCheckbox
          label="Mark wrong places"
          help="Raters can tap places where an image is wrong."
          control={control}
          name={`places ${questionKey}`}
        />
      </div>
    </div>
  );
}
