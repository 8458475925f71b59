/** The part of a fine-tune's form that says where training begins: a registered model, or random weights of a size. */
"use client";

import { type UseFormReturn, useWatch } from "react-hook-form";
import { ChoiceField, FieldGroup } from "@/components/field";
import { FormChoice, FormSelect } from "@/components/form/form-fields";
import { presetNames } from "@/components/model-text";
import { trainingGroups } from "@/lib/diffusion/training/training-options";
import { type FineTuneValues, usualLearningRate } from "@/lib/fine-tunes/fine-tune-fields";
import type { ModelPart } from "@/lib/generated/prisma/enums";

export function StartFields({
  form: { control, getValues, setValue },
  checkpoints,
}: {
  form: UseFormReturn<FineTuneValues>;
  checkpoints: { id: string; name: string; part: ModelPart }[];
}) {
  const [part, startCheckpointId] = useWatch({ control, name: ["part", "startCheckpointId"] });
  const starts = checkpoints.filter((checkpoint) => checkpoint.part === part);

  /** The other part fits models of one size alone. */
  const forgetOtherPart = () => setValue("evaluation.otherPartId", null);

  function chooseStart(start: string) {
    const before = getValues("startCheckpointId");
    const next = start === "scratch" ? null : "";
    // What was chosen on purpose stays; what was usual for the other start becomes usual for this one.
    if (getValues("settings.learningRate") === usualLearningRate(before)) {
      setValue("settings.learningRate", usualLearningRate(next));
    }
    setValue("startCheckpointId", next);
    forgetOtherPart();
  }

  return (
    <FieldGroup title={trainingGroups.start.title} text={trainingGroups.start.text}>
      <ChoiceField
        legend="Start from"
        name="start"
        value={startCheckpointId === null ? "scratch" : "checkpoint"}
        onChange={chooseStart}
        choices={[
          {
            value: "checkpoint",
            title: "A registered checkpoint",
            text:
              starts.length === 0
                ? "No checkpoint of this part is registered yet."
                : "Continue from its weights.",
            disabled: starts.length === 0,
          },
          { value: "scratch", title: "From scratch", text: "Random weights, in a size you choose." },
        ]}
      />
      {startCheckpointId === null ? (
        <FormChoice
          control={control}
          name="settings.preset"
          legend="Size"
          choices={Object.entries(presetNames).map(([value, { label, text }]) => ({
            value,
            title: label,
            text,
          }))}
        />
      ) : (
        <FormSelect control={control} name="startCheckpointId" label="Model" onValue={forgetOtherPart}>
          <option value="">Choose…</option>
          {starts.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </FormSelect>
      )}
    </FieldGroup>
  );
}
