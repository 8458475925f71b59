/** The form of a fine-tune: what to teach, from where, how long; the rest has defaults and waits behind a fold. */
"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button, ButtonLink } from "@/components/button";
import {
  CheckboxField,
  ChoiceField,
  FieldGroup,
  NumberField,
  SelectField,
  TextAreaField,
  TextField,
} from "@/components/field";
import { FormFailure } from "@/components/form-failure";
import { partNames, presetNames } from "@/components/model-text";
import { formatCount } from "@/components/numbers";
import { typedNumber } from "@/components/typed-number";
import { useForm } from "@/components/use-form";
import type { FineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { firstMetrics, type MissingWeights } from "@/lib/evaluations/missing-weights";
import type { RunEvaluation } from "@/lib/fine-tunes/run-evaluation";
import type { ModelPart } from "@/lib/generated/prisma/enums";
import { start } from "../actions";
import { EvaluationFields } from "./evaluation-fields";
import {
  type FineTuneValues,
  fineTuneForm,
  toInput,
  toValues,
  usualCaptionDropRates,
  usualLearningRates,
} from "./fine-tune-values";

export function FineTuneForm({
  datasets,
  checkpoints,
  scratchSidePx,
  missing,
  initial,
}: {
  /** `isHeldOut`: samples are compared with it, so a model should not learn from it. */
  datasets: { id: string; name: string; pictureCount: number; isHeldOut: boolean; captions: string[] }[];
  /** `sharedSidePx`: of the images that a base hands over to an upsampler. */
  checkpoints: { id: string; name: string; part: ModelPart; sharedSidePx: number }[];
  /** The same for a model trained from scratch, whatever its size. */
  scratchSidePx: number;
  missing: MissingWeights;
  initial: {
    datasetId: string;
    part: ModelPart;
    startCheckpointId: string | null;
    settings: FineTuneSettings | null;
    evaluation: RunEvaluation | null;
  };
}) {
  const router = useRouter();
  const [nameTouched, setNameTouched] = useState(false);
  const known =
    datasets.find((dataset) => dataset.id === initial.datasetId) ??
    datasets.find((dataset) => !dataset.isHeldOut) ??
    datasets[0];
  const { form, text, checkbox, values, set, error, pending, failure } = useForm({
    schema: fineTuneForm,
    initial: toValues({
      ...initial,
      metrics: firstMetrics(missing),
      captions: known?.captions ?? [],
      datasetId: known?.id ?? "",
      name: suggestName(known?.name, initial.part),
    }),
    toInput,
    submit: start,
    onSuccess: (started) => router.push(`/admin/fine-tunes/${started.fineTuneId}`),
  });
  const setting = (name: keyof FineTuneSettings & keyof FineTuneValues) => text(name, `settings.${name}`);
  const dataset = datasets.find((one) => one.id === values.datasetId);
  const sidePx =
    values.start === "checkpoint"
      ? checkpoints.find(({ id }) => id === values.startCheckpointId)?.sharedSidePx
      : scratchSidePx;
  const starts = checkpoints.filter((checkpoint) => checkpoint.part === values.part);

  function choosePart(part: string) {
    set("part", part);
    set("startCheckpointId", "");
    set("evaluateWithId", "");
    // What was chosen on purpose stays; what was usual for the other part becomes usual for this one.
    if (values.captionDropRate === usualCaptionDropRates[values.part as ModelPart]) {
      set("captionDropRate", usualCaptionDropRates[part as ModelPart]);
    }
    if (!nameTouched) set("name", suggestName(dataset?.name, part as ModelPart));
  }

  function chooseStart(start: string) {
    if (values.learningRate === usualLearningRates[String(values.start)]) {
      set("learningRate", usualLearningRates[start] ?? "");
    }
    set("start", start);
    // The other part fits models of one size alone.
    set("evaluateWithId", "");
  }

  function chooseModel(id: string) {
    set("startCheckpointId", id);
    set("evaluateWithId", "");
  }

  function chooseDataset(id: string) {
    const suggested = (captions: string[] | undefined) => (captions ?? []).join("\n");
    if (values.previewCaptions === suggested(dataset?.captions)) {
      set("previewCaptions", suggested(datasets.find((one) => one.id === id)?.captions));
    }
    set("datasetId", id);
    if (!nameTouched)
      set("name", suggestName(datasets.find((one) => one.id === id)?.name, values.part as ModelPart));
  }

  const name = text("name");
  return (
    <form {...form} className="grid gap-9">
      <FieldGroup title="What" text="The photographs, and the part of GLIDE that learns from them.">
        <SelectField
          label="Dataset"
          {...text("datasetId")}
          onChange={(event) => chooseDataset(event.target.value)}
          help={
            dataset?.isHeldOut
              ? "Samples are compared with these images. A model that learns from them scores better than it should."
              : undefined
          }
        >
          {datasets.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name} ({formatCount(one.pictureCount)} {one.pictureCount === 1 ? "picture" : "pictures"})
            </option>
          ))}
        </SelectField>
        <ChoiceField
          legend="Part"
          name="part"
          value={String(values.part)}
          onChange={choosePart}
          choices={(["BASE", "UPSAMPLER"] as const).map((part) => ({
            value: part,
            title: partNames[part].label,
            text: partNames[part].text,
          }))}
        />
        <TextField
          label="Name"
          {...name}
          onChange={(event) => {
            setNameTouched(true);
            name.onChange(event);
          }}
          help="Its models are named after it."
        />
      </FieldGroup>
      <FieldGroup
        title="Start"
        text="Published weights know the world; a model trained from scratch knows only your pictures."
      >
        <ChoiceField
          legend="Where training begins"
          name="start"
          value={String(values.start)}
          onChange={chooseStart}
          choices={[
            {
              value: "checkpoint",
              title: "A registered model",
              text: starts.length === 0 ? "None of this part is registered yet." : "Fine-tune it.",
              disabled: starts.length === 0,
            },
            { value: "scratch", title: "From scratch", text: "Random weights of a chosen size." },
          ]}
        />
        {values.start === "checkpoint" ? (
          <SelectField
            label="Model"
            {...text("startCheckpointId")}
            onChange={(event) => chooseModel(event.target.value)}
          >
            <option value="">Choose…</option>
            {starts.map((checkpoint) => (
              <option key={checkpoint.id} value={checkpoint.id}>
                {checkpoint.name}
              </option>
            ))}
          </SelectField>
        ) : (
          <ChoiceField
            legend="Size"
            name="preset"
            value={String(values.preset)}
            onChange={(value) => set("preset", value)}
            error={error("settings.preset")}
            choices={Object.entries(presetNames).map(([value, { label, text: about }]) => ({
              value,
              title: label,
              text: about,
            }))}
          />
        )}
      </FieldGroup>
      <FieldGroup
        title="How long"
        text={<Length values={values} pictureCount={dataset?.pictureCount ?? 0} />}
      >
        <div className="grid gap-5 sm:grid-cols-3">
          <NumberField label="Epochs" {...setting("epochs")} help="Times that every picture is seen." />
          <NumberField
            label="Batch size"
            {...setting("batchSize")}
            help="Pictures per step; more need more memory."
          />
          <NumberField
            label="Learning rate"
            {...setting("learningRate")}
            help="0.0001 for fine-tuning, 0.001 from scratch."
          />
        </div>
        <TextField
          label="Keep the weights after epochs"
          optional
          placeholder="20, 40"
          {...setting("keepEpochs")}
          help="A model of its own for each, besides the last: for comparing 20 with 40 epochs."
        />
      </FieldGroup>
      <FieldGroup
        title="Previews"
        text="Pictures drawn along the way, always from the same noise, so that they can be compared."
      >
        <TextAreaField
          label="Captions"
          optional
          rows={3}
          className="[&_textarea]:font-serif"
          {...setting("previewCaptions")}
          help="One a line, at most eight. Each costs some seconds whenever previews are drawn."
        />
        <div className="grid gap-5 sm:grid-cols-2">
          <NumberField label="Every" unit="steps" {...setting("previewEverySteps")} />
          <NumberField label="Seed" {...setting("previewSeed")} />
        </div>
      </FieldGroup>
      <EvaluationFields
        text={text}
        chooseMetrics={(names) => set("evaluateMetrics", names.join(","))}
        values={values}
        chooseSides={(sides) => set("evaluateSides", sides.join(","))}
        errors={{ metrics: error("evaluation.metrics"), sides: error("evaluation.sidesPx") }}
        missing={missing}
        datasets={datasets}
        others={checkpoints.filter(
          (checkpoint) => checkpoint.part !== values.part && checkpoint.sharedSidePx === sidePx,
        )}
      />
      <details className="group border-t pt-7">
        <summary className="w-fit rounded-sm font-serif text-xl">Finer settings</summary>
        <div className="mt-7 grid gap-9">
          <FieldGroup
            title="Optimiser"
            text="AdamW with gradient clipping and a moving average of the weights."
          >
            <div className="grid gap-5 sm:grid-cols-3">
              <NumberField label="Weight decay" {...setting("weightDecay")} help="0 to 1." />
              <NumberField
                label="Gradient norm, at most"
                {...setting("gradientClipNorm")}
                help="Larger gradients are shortened."
              />
              <NumberField label="EMA decay" {...setting("emaDecay")} help="Warmed up; 0 keeps no average." />
            </div>
            <SelectField label="What learns" {...setting("trained")}>
              <option value="all">All weights</option>
              <option value="unet">The picture network; the text transformer stays</option>
              <option value="text">The text transformer; the picture network stays</option>
            </SelectField>
          </FieldGroup>
          <FieldGroup title="Data" text="What happens to pictures and captions on their way in.">
            <div className="grid gap-5 sm:grid-cols-3">
              <NumberField
                label="Captions dropped"
                {...setting("captionDropRate")}
                help="Share drawn without a caption: what guidance needs (0.2 for a base, 0 for an upsampler)."
              />
              <NumberField
                label="Dropout"
                {...setting("dropout")}
                help="Inside the network, while training."
              />
              <NumberField
                label="Smallest crop"
                {...setting("cropAreaMin")}
                help="Part of the picture’s square, by area; 1 never crops closer."
              />
            </div>
            <NumberField
              label="Min-SNR bound"
              {...setting("minSnrGamma")}
              help="5 keeps nearly noiseless steps from taking most of the effort; 0 weighs all steps alike."
            />
            <NumberField
              label="SNR floor"
              {...setting("snrFloor")}
              help="Above 0, the noisiest steps count and are drawn more often. There the caption decides colours and setting: try 0.2 where pictures get these wrong."
            />
            <CheckboxField
              label="Mirror pictures at random"
              help="Not for captions that say left and right."
              {...checkbox("flip")}
            />
          </FieldGroup>
          <FieldGroup title="Repetition" text="The same settings give the same weights, to the bit.">
            <div className="grid gap-5 sm:grid-cols-2">
              <NumberField
                label="Seed"
                {...setting("seed")}
                help="Of crops, noise, order and dropped captions."
              />
              <NumberField
                label="Save every"
                unit="steps"
                {...setting("checkpointEverySteps")}
                help="What a killed run resumes from."
              />
            </div>
          </FieldGroup>
        </div>
      </details>
      <div className="grid gap-4 border-t pt-7 lg:ps-[18.5rem]">
        <FormFailure failure={failure} />
        <div className="flex flex-wrap gap-2.5">
          <Button type="submit" variant="primary" pending={pending}>
            Start
          </Button>
          <ButtonLink href="/admin/fine-tunes">Back</ButtonLink>
        </div>
      </div>
    </form>
  );
}

function suggestName(datasetName: string | undefined, part: ModelPart): string {
  return datasetName ? `${datasetName} ${part === "BASE" ? "base" : "upsampler"}`.slice(0, 80) : "";
}

/** How many steps the choices amount to. */
function Length({ values, pictureCount }: { values: FineTuneValues; pictureCount: number }) {
  const steps = Math.ceil((typedNumber(values.epochs) * pictureCount) / typedNumber(values.batchSize));
  if (!Number.isFinite(steps) || steps <= 0) return "Epochs and batch size make the number of steps.";
  return (
    <span className="numeric" aria-live="polite">
      {formatCount(pictureCount)} pictures make {formatCount(steps)} steps.
    </span>
  );
}
