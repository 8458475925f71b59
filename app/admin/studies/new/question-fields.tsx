/** What is asked: the standard criteria and own wordings, each with how it is asked. */
"use client";

import { Button } from "@/components/button";
import { CheckboxField, FieldGroup, SelectField, TextField } from "@/components/field";
import { Notice } from "@/components/notice";
import { questionTypeNames, questionTypes } from "@/lib/questions/question-types";
import { standardKeys } from "@/lib/studies/design/standard-questions";
import { askedKeys, ownKeys, questionType } from "./study-values";
import { type StudyFormState, typed } from "./use-study-form";

const standardNames = { "caption-similarity": "Caption similarity", photorealism: "Photorealism" } as const;

export function QuestionFields({ state }: { state: StudyFormState }) {
  const { values, set, checkbox, error } = state;
  const asked = askedKeys(values);
  const ownCount = Number(values.ownCount);
  const none = asked.length === 0 ? error("criteria") : undefined;
  return (
    <FieldGroup title="Questions" text="Every rater answers one question at a time about one caption.">
      {none ? <Notice kind="error" title={none} /> : null}
      {standardKeys.map((key) => (
        <div key={key} className="grid gap-3">
          <CheckboxField label={standardNames[key]} {...checkbox(`ask ${key}`)} />
          {values[`ask ${key}`] === true ? (
            <QuestionType
              state={state}
              questionKey={key}
              index={asked.indexOf(key)}
              name={standardNames[key]}
            />
          ) : null}
        </div>
      ))}
      {ownKeys.slice(0, ownCount).map((key, own) => (
        <div key={key} className="grid gap-3">
          <TextField
            label={`Own question ${own + 1}`}
            {...typed(state, `question ${key}`, `criteria.${asked.indexOf(key)}.question`)}
          />
          <QuestionType
            state={state}
            questionKey={key}
            index={asked.indexOf(key)}
            name={`Own question ${own + 1}`}
          />
        </div>
      ))}
      <div className="flex flex-wrap gap-2.5">
        {asked.length < ownKeys.length ? (
          <Button size="sm" onClick={() => set("ownCount", String(ownCount + 1))}>
            Add a question of your own
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

function QuestionType({
  state,
  questionKey,
  index,
  name,
}: {
  state: StudyFormState;
  questionKey: string;
  index: number;
  name: string;
}) {
  const { values, text, checkbox } = state;
  return (
    <div className="grid gap-3 border-s-2 ps-4 sm:ms-2">
      <SelectField
        label={`${name}: how it is asked`}
        {...text(`type ${questionKey}`, `criteria.${index}.questionType`)}
        value={questionType(values, questionKey)}
      >
        {questionTypeNames.map((type) => (
          <option key={type} value={type}>
            {questionTypes[type].words.option}
          </option>
        ))}
      </SelectField>
      <div className="grid gap-2 sm:grid-cols-2">
        <CheckboxField
          label="Mark missed words"
          help="Raters may tap the words of the caption that a picture misses."
          {...checkbox(`words ${questionKey}`)}
        />
        <CheckboxField
          label="Mark wrong places"
          help="Raters may tap where a picture is wrong."
          {...checkbox(`places ${questionKey}`)}
        />
      </div>
    </div>
  );
}
