/** The part of a fine-tune's form that has its models evaluated while it trains. */
"use client";

import { type Control, useWatch } from "react-hook-form";
import { MetricFields } from "@/components/evaluations/metric-fields";
import { FieldGroup } from "@/components/field";
import { number, numberList, orNull, wordsOrNull } from "@/components/form/codecs";
import { FormCheckboxes } from "@/components/form/form-checkboxes";
import { FormNumberField, FormSelect, FormTextField } from "@/components/form/form-fields";
import { SplitField } from "@/components/split-field";
import { evaluationSidesPx } from "@/lib/evaluations/evaluation-side";
import type { MissingWeights } from "@/lib/evaluations/missing-weights";
import type { FineTuneValues } from "@/lib/fine-tunes/fine-tune-fields";
import type { ModelPart } from "@/lib/generated/prisma/enums";

const sides = [
  { value: null, label: "No resizing" },
  ...evaluationSidesPx.map((sidePx) => ({ value: sidePx, label: `${sidePx} px` })),
];

type Choice = { id: string; name: string };
type Dataset = Choice & { trainingCount: number; heldOutCount: number };

export function EvaluationFields({
  control,
  missing,
  datasets,
  checkpoints,
  scratchSidePx,
}: {
  control: Control<FineTuneValues>;
  missing: MissingWeights;
  datasets: Dataset[];
  /** `sharedSidePx`: of the images that a base hands over to an upsampler. */
  checkpoints: (Choice & { part: ModelPart; sharedSidePx: number })[];
  /** The same for a model trained from scratch. */
  scratchSidePx: number;
}) {
  const [part, startCheckpointId, atEpochs, trainedId, evaluatedId] = useWatch({
    control,
    name: ["part", "startCheckpointId", "evaluation.atEpochs", "datasetId", "evaluation.datasetId"],
  });
  const evaluated = datasets.find(({ id }) => id === (evaluatedId ?? trainedId));
  const isBase = part === "BASE";
  const sidePx =
    startCheckpointId === null
      ? scratchSidePx
      : checkpoints.find(({ id }) => id === startCheckpointId)?.sharedSidePx;
  const others = checkpoints.filter((each) => each.part !== part && each.sharedSidePx === sidePx);
  return (
    <FieldGroup
      title="Evaluation during the run"
      text="After these epochs, the model is sampled and evaluated in separate jobs. A curve then shows whether more epochs help."
    >
      <FormTextField
        control={control}
        name="evaluation.atEpochs"
        codec={numberList}
        label="Evaluate after epochs"
        optional
        placeholder="5, 10, 20"
        help="Checkpoints of these epochs are kept. Leave empty for none."
      />
      {atEpochs.length > 0 ? (
        <>
          <div className="grid gap-5 sm:grid-cols-2">
            <FormNumberField
              control={control}
              name="evaluation.captionLimit"
              codec={orNull(number)}
              label="Only the first"
              optional
              placeholder="all"
              unit="captions"
              help="Each is sampled at every one of these epochs."
            />
            <FormSelect
              control={control}
              name="evaluation.datasetId"
              codec={wordsOrNull}
              label="Captions and photographs"
              help="Held-out photographs are more informative."
            >
              <option value="">The training dataset</option>
              <Options choices={datasets} />
            </FormSelect>
            <SplitField
              control={control}
              name="evaluation.split"
              dataset={
                evaluated && {
                  imageCount: evaluated.trainingCount + evaluated.heldOutCount,
                  trainingCount: evaluated.trainingCount,
                }
              }
              label="Which photographs"
              help="Held-out photographs are new to the model."
            />
            <FormSelect
              control={control}
              name="evaluation.otherPartId"
              codec={wordsOrNull}
              label={isBase ? "Upsampler" : "Base"}
              optional={isBase}
              help={isBase ? "Without one, samples have 64 px." : "Its samples are enlarged."}
            >
              <option value="">{isBase ? "None" : "Choose…"}</option>
              <Options choices={others} />
            </FormSelect>
          </div>
          <FormCheckboxes control={control} name="evaluation.sidesPx" legend="Compared at" choices={sides} />
          <MetricFields
            control={control}
            name="evaluation.metrics"
            missing={missing}
            columns="grid gap-3 sm:grid-cols-3"
          />
        </>
      ) : null}
    </FieldGroup>
  );
}

function Options({ choices }: { choices: Choice[] }) {
  return choices.map(({ id, name }) => (
    <option key={id} value={id}>
      {name}
    </option>
  ));
}
