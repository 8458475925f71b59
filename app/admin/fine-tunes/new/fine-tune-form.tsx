/** The form of a fine-tune: what to teach, from where, how long; the rest has defaults and waits behind a fold. */
"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useRef } from "react";
import { type Control, useWatch } from "react-hook-form";
import { FieldGroup } from "@/components/field";
import { FormEnd } from "@/components/form/form-end";
import { FormChoice, FormSelect, FormTextField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { partNames } from "@/components/model-text";
import { formatCount, plural } from "@/components/numbers";
import { SaveSettingsButton } from "@/components/save-settings-button";
import { SettingsFileField } from "@/components/settings-file-field";
import { type FineTuneSettings, fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { trainingGroups } from "@/lib/diffusion/training/training-options";
import { firstMetrics, type MissingWeights } from "@/lib/evaluations/missing-weights";
import {
  type FineTuneValues,
  startFineTuneInput,
  toFineTuneInput,
  usualCaptionDropRates,
  usualLearningRate,
  usualValidation,
} from "@/lib/fine-tunes/fine-tune-fields";
import { type RunEvaluation, runEvaluation } from "@/lib/fine-tunes/run-evaluation";
import type { ModelPart } from "@/lib/generated/prisma/enums";
import { CaptionTokens } from "../../caption-tokens";
import { readFile, start, writeFile } from "../actions";
import { EstimateGroup } from "./estimate-group";
import { EvaluationFields } from "./evaluation-fields";
import { OptionFields } from "./option-fields";
import { AugmentationNotes, BalanceNotes } from "./preparation-notes";
import { StartFields } from "./start-fields";
import { usePreparation } from "./use-preparation";

/** `isHeldOut`: samples are compared with it, so a model should not learn from it. */
type Dataset = {
  id: string;
  name: string;
  /** Images that it learns from. */
  trainingCount: number;
  /** Images of the dataset that it does not learn from. */
  heldOutCount: number;
  isHeldOut: boolean;
  captions: string[];
  /** Of its word lists. */
  attributes: string[];
};

type FilledIn = Extract<Awaited<ReturnType<typeof readFile>>, { ok: true }>["value"]["values"];

type Group = keyof typeof trainingGroups;

const groups = Object.entries(trainingGroups) as [Group, (typeof trainingGroups)[Group]][];

/** From the images that a base hands over to those that an upsampler draws. */
const enlargement = 4;

export function FineTuneForm({
  datasets,
  checkpoints,
  scratchSidePx,
  missing,
  workerCommand,
  initial: { datasetId, part, startCheckpointId, settings, evaluation, name },
}: {
  datasets: Dataset[];
  /** `sharedSidePx`: of the images that a base hands over to an upsampler. */
  checkpoints: { id: string; name: string; part: ModelPart; sharedSidePx: number }[];
  /** The same for a model trained from scratch, whatever its size. */
  scratchSidePx: number;
  missing: MissingWeights;
  /** Starts a worker. */
  workerCommand: string;
  initial: {
    datasetId: string;
    part: ModelPart;
    startCheckpointId: string | null;
    settings: FineTuneSettings | null;
    evaluation: RunEvaluation | null;
    /** Null: one is suggested. */
    name: string | null;
  };
}) {
  const router = useRouter();
  const nameTouched = useRef(name !== null);
  const first =
    datasets.find(({ id }) => id === datasetId) ??
    datasets.find(({ isHeldOut }) => !isHeldOut) ??
    datasets[0];
  const noEvaluation: RunEvaluation = {
    ...runEvaluation.parse({ atEpochs: [1] }),
    atEpochs: [],
    metrics: firstMetrics(missing),
  };
  const form = useActionForm({
    schema: startFineTuneInput,
    defaultValues: {
      name: name ?? suggestName(first, part),
      part,
      datasetId: first?.id ?? "",
      startCheckpointId,
      settings: settings ?? {
        ...fineTuneSettings.parse({}),
        previewCaptions: first?.captions ?? [],
        learningRate: usualLearningRate(startCheckpointId),
        captionDropRate: usualCaptionDropRates[part],
        validationEverySteps: usualValidation(first?.heldOutCount ?? 0),
      },
      evaluation: evaluation ?? noEvaluation,
    },
    toInput: (values: FineTuneValues) => toFineTuneInput(values),
    submit: start,
    onSuccess: (started) => router.push(`/admin/fine-tunes/${started.fineTuneId}`),
  });
  const { control, getValues, reset, setValue } = form;
  const [shown, shownPart, shownStart] = useWatch({
    control,
    name: ["datasetId", "part", "startCheckpointId"],
  });
  const sharedPx = checkpoints.find(({ id }) => id === shownStart)?.sharedSidePx ?? scratchSidePx;
  const drawnPx = shownPart === "BASE" ? sharedPx : enlargement * sharedPx;
  const dataset = datasets.find(({ id }) => id === shown);

  function suggestAnotherName() {
    if (nameTouched.current) return;
    const chosen = datasets.find(({ id }) => id === getValues("datasetId"));
    setValue("name", suggestName(chosen, getValues("part")));
  }

  function adaptToPart(chosen: ModelPart) {
    if (getValues("startCheckpointId") !== null) setValue("startCheckpointId", "");
    setValue("evaluation.otherPartId", null);
    // What was chosen on purpose stays; what was usual for the other part becomes usual for this one.
    const other = chosen === "BASE" ? "UPSAMPLER" : "BASE";
    if (getValues("settings.captionDropRate") === usualCaptionDropRates[other]) {
      setValue("settings.captionDropRate", usualCaptionDropRates[chosen]);
    }
    suggestAnotherName();
  }

  function adaptToDataset(id: string) {
    const next = datasets.find((one) => one.id === id);
    if (getValues("settings.validationEverySteps") === usualValidation(dataset?.heldOutCount ?? 0))
      setValue("settings.validationEverySteps", usualValidation(next?.heldOutCount ?? 0));
    const known = next?.attributes ?? [];
    const balanced = getValues("settings.balanceAttributes");
    setValue(
      "settings.balanceAttributes",
      balanced.filter((name) => known.includes(name)),
    );
    const isSuggested = getValues("settings.previewCaptions").join("\n") === dataset?.captions.join("\n");
    if (isSuggested) setValue("settings.previewCaptions", next?.captions ?? []);
    suggestAnotherName();
  }

  function fillIn({ settings, evaluation, ...others }: FilledIn) {
    nameTouched.current ||= others.name !== undefined;
    reset({
      ...getValues(),
      ...others,
      settings: fineTuneSettings.parse(settings),
      evaluation: evaluation ?? noEvaluation,
    });
  }

  const preparation = usePreparation(control);
  const notes: Partial<Record<Group, ReactNode>> = {
    augmentation: <AugmentationNotes control={control} answer={preparation} sizePx={drawnPx} />,
    balance: <BalanceNotes answer={preparation} />,
  };
  const toFields = ([group, { title, text }]: (typeof groups)[number]) => (
    <OptionFields
      key={group}
      control={control}
      group={group}
      title={title}
      text={group === "length" ? <Length control={control} imageCount={dataset?.trainingCount ?? 0} /> : text}
      attributes={dataset?.attributes ?? []}
    >
      {group === "previews" ? <PreviewTokens control={control} /> : notes[group]}
    </OptionFields>
  );
  const open = groups.filter(([group, { isFine }]) => group !== "start" && !isFine);
  return (
    <>
      <SettingsFileField read={readFile} onFilledIn={fillIn} />
      <form {...form.element} className="grid gap-9">
        <FieldGroup title="What to train" text="The photographs, and the part of GLIDE to fine-tune.">
          <FormSelect
            control={control}
            name="datasetId"
            label="Dataset"
            onValue={adaptToDataset}
            help={
              dataset?.isHeldOut
                ? "Samples are compared with these images. A model trained on them would score too well."
                : undefined
            }
          >
            {datasets.map(({ id, name, trainingCount, heldOutCount }) => (
              <option key={id} value={id}>
                {name} ({plural(trainingCount, "image", "images")}
                {heldOutCount === 0 ? "" : ` for training, ${formatCount(heldOutCount)} held out`})
              </option>
            ))}
          </FormSelect>
          <FormChoice
            control={control}
            name="part"
            legend="Part"
            onValue={adaptToPart}
            choices={Object.entries(partNames).map(([value, { label, text }]) => ({
              value,
              title: label,
              text,
            }))}
          />
          <FormTextField
            control={control}
            name="name"
            label="Name"
            onValue={() => {
              nameTouched.current = true;
            }}
            help="Checkpoints are named after it."
          />
        </FieldGroup>
        <StartFields form={form} checkpoints={checkpoints} />
        {open.map(toFields)}
        <EvaluationFields
          control={control}
          missing={missing}
          datasets={datasets}
          checkpoints={checkpoints}
          scratchSidePx={scratchSidePx}
        />
        <details className="group border-t pt-7">
          <summary className="w-fit rounded-sm font-serif text-xl">Advanced settings</summary>
          <div className="mt-7 grid gap-9">{groups.filter(([, { isFine }]) => isFine).map(toFields)}</div>
        </details>
        <EstimateGroup form={form} workerCommand={workerCommand} />
        <FormEnd form={form} label="Start" back="/admin/fine-tunes">
          <div>
            <SaveSettingsButton form={form} write={(values) => writeFile(toFineTuneInput(values))} />
          </div>
        </FormEnd>
      </form>
    </>
  );
}

function suggestName(dataset: Dataset | undefined, part: ModelPart): string {
  return dataset ? `${dataset.name} ${partNames[part].label.toLowerCase()}`.slice(0, 80) : "";
}

function PreviewTokens({ control }: { control: Control<FineTuneValues> }) {
  return <CaptionTokens captions={useWatch({ control, name: "settings.previewCaptions" })} />;
}

/** How many steps the choices amount to. */
function Length({ control, imageCount }: { control: Control<FineTuneValues>; imageCount: number }) {
  const [epochs, batchSize, batches] = useWatch({
    control,
    name: ["settings.epochs", "settings.batchSize", "settings.accumulationSteps"],
  });
  const steps = Math.ceil((epochs * imageCount) / (batchSize * batches));
  if (!Number.isFinite(steps) || steps <= 0) return trainingGroups.length.text;
  return (
    <span className="numeric" aria-live="polite">
      {plural(imageCount, "image makes", "images make")} {plural(steps, "step", "steps")}.
    </span>
  );
}
