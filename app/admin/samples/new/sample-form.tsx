/** The form of a sample set: whose captions, which model, and how it draws. */
"use client";

import { useRouter } from "next/navigation";
import { useRef } from "react";
import { type Control, type UseFormReturn, useWatch } from "react-hook-form";
import type { z } from "zod";
import { AdapterFields, type OfferedAdapter } from "@/components/adapter-fields";
import { FieldGroup } from "@/components/field";
import { number, orNull } from "@/components/form/codecs";
import { FormEnd } from "@/components/form/form-end";
import { FormNumberField, FormTextField } from "@/components/form/form-fields";
import { SettingField } from "@/components/form/setting-field";
import { useActionForm } from "@/components/form/use-action-form";
import { formatCount } from "@/components/numbers";
import { SaveSettingsButton } from "@/components/save-settings-button";
import { SettingsFileField } from "@/components/settings-file-field";
import { ownSettings, samplerNamed, samplers } from "@/lib/diffusion/samplers";
import {
  type SampleSettings,
  sampleSettings,
  upsamplerSettingNames,
} from "@/lib/diffusion/sampling/sample-settings";
import type { SamplingBase, SamplingModel } from "@/lib/samples/list-sampling-models";
import { type SampleSetValues, startSampleSetInput, toSampleSetInput } from "@/lib/samples/sample-fields";
import { draw, readFile, writeFile } from "../actions";
import { CaptionFields, type OfferedDataset } from "../caption-fields";
import { adaptClipScale, GuidanceFields, usualClipScale } from "../guidance-fields";
import type { OfferedMasks } from "../mask-field";
import { fitting, ModelFields } from "../model-fields";

type SettingName = keyof SampleSettings;
type FilledIn = Extract<Awaited<ReturnType<typeof readFile>>, { ok: true }>["value"]["values"];

const types: Readonly<Record<string, z.ZodType>> = sampleSettings.shape;

/** Of every sampler and guidance: what is given, else its default. */
function everySetting(settings: SampleSettings, base: SamplingBase | undefined): SampleSettings {
  const all = samplers.map(({ name }) => ownSettings(name, settings));
  return Object.assign({ clipGuidanceScale: usualClipScale(settings, base) }, ...all, settings);
}

export function SampleForm({
  datasets,
  bases,
  upsamplers,
  adapters,
  maskSets,
  initial,
}: {
  datasets: OfferedDataset[];
  bases: SamplingBase[];
  upsamplers: SamplingModel[];
  adapters: OfferedAdapter[];
  maskSets: OfferedMasks[];
  initial: Pick<
    SampleSetValues,
    | "adapters"
    | "maskSetId"
    | "datasetId"
    | "baseCheckpointId"
    | "allCaptions"
    | "captionCategories"
    | "captionSplit"
    | "captionLimit"
  > & {
    upsamplerCheckpointId: string;
    /** Those of a set that this one is to be compared with; null: what suits the models chosen. */
    settings: SampleSettings | null;
  };
}) {
  const router = useRouter();
  const nameTouched = useRef(false);
  const base = bases.find(({ id }) => id === initial.baseCheckpointId) ?? bases[0];
  const upsampler = fitting(upsamplers, base).find(({ id }) => id === initial.upsamplerCheckpointId);
  const form = useActionForm({
    schema: startSampleSetInput,
    defaultValues: {
      name: base?.name ?? "",
      datasetId: (datasets.find(({ id }) => id === initial.datasetId) ?? datasets[0])?.id ?? "",
      baseCheckpointId: base?.id ?? "",
      upsamplerCheckpointId: upsampler?.id ?? null,
      adapters: initial.adapters,
      maskSetId: initial.maskSetId,
      allCaptions: initial.allCaptions,
      captionCategories: initial.captionCategories,
      captionSplit: initial.captionSplit,
      captionLimit: initial.captionLimit,
      settings: everySetting(
        initial.settings ?? sampleSettings.parse({ ...base?.suggested, ...upsampler?.suggested }),
        base,
      ),
    },
    toInput: (values: SampleSetValues) => toSampleSetInput(values),
    submit: draw,
    onSuccess: (started) => router.push(`/admin/samples/${started.sampleSetId}`),
  });
  const { control, getValues, setValue } = form;
  const upsamplerId = useWatch({ control, name: "upsamplerCheckpointId" });

  function suggest(model: SamplingModel | undefined) {
    if (initial.settings) return;
    for (const [name, value] of Object.entries(model?.suggested ?? {})) {
      setValue(`settings.${name as SettingName}`, value);
    }
  }

  function fillIn({ settings, compare: _, ...others }: FilledIn) {
    nameTouched.current ||= others.name !== undefined;
    const values = { ...getValues(), ...others };
    const chosen = bases.find(({ id }) => id === values.baseCheckpointId);
    form.reset({ ...values, settings: everySetting(sampleSettings.parse(settings), chosen) });
  }

  return (
    <>
      <SettingsFileField read={(file) => readFile({ ...file, isComparison: false })} onFilledIn={fillIn} />
      <form {...form.element} className="grid gap-9">
        <FieldGroup title="What to draw" text={<Amount control={control} datasets={datasets} />}>
          <CaptionFields
            form={form}
            datasets={datasets}
            maskSets={maskSets}
            splitHelp="A fine-tuned model is best judged by captions of photographs that it has not seen."
          />
          <div className="grid gap-5 sm:grid-cols-3">
            <FormNumberField
              control={control}
              name="captionLimit"
              codec={orNull(number)}
              label="Only the first"
              optional
              placeholder="all"
              unit="captions"
              help="Empty for all of them."
            />
            <Setting control={control} name="samplesPerCaption" />
            <Setting control={control} name="firstSeed" />
          </div>
        </FieldGroup>
        <FieldGroup title="Model" text="Without an upsampler, samples keep the size of the base.">
          <ModelFields
            form={form}
            bases={bases}
            upsamplers={upsamplers}
            onBase={(chosen) => {
              suggest(chosen);
              if (!initial.settings) adaptClipScale(form, bases, chosen?.id);
              if (!nameTouched.current) setValue("name", chosen?.name ?? "");
            }}
            onUpsampler={suggest}
          />
          <AdapterFields control={control} name="adapters" adapters={adapters} />
          <FormTextField
            control={control}
            name="name"
            label="Name"
            onValue={() => {
              nameTouched.current = true;
            }}
            help="Used as a column title, such as “original” or “fine-tuned”."
          />
        </FieldGroup>
        <FieldGroup
          title="Sampling"
          text="More steps take longer. A higher guidance scale follows the caption more closely, at the cost of variety."
        >
          <SamplerFields form={form} bases={bases} />
          {upsamplerId === null ? null : (
            <div className="grid gap-5 sm:grid-cols-3">
              {upsamplerSettingNames.map((name) => (
                <Setting key={name} control={control} name={name} />
              ))}
            </div>
          )}
        </FieldGroup>
        <FormEnd form={form} label="Draw" back="/admin/samples">
          <div>
            <SaveSettingsButton form={form} write={(values) => writeFile(toSampleSetInput(values))} />
          </div>
        </FormEnd>
      </form>
    </>
  );
}

function Setting({
  control,
  name,
  ...rest
}: {
  control: Control<SampleSetValues>;
  name: SettingName;
  help?: string;
}) {
  return <SettingField control={control} name={`settings.${name}`} type={types[name]!} {...rest} />;
}

/** Sampler and guidance, and what the chosen ones can be told. */
function SamplerFields({ form, bases }: { form: UseFormReturn<SampleSetValues>; bases: SamplingBase[] }) {
  const { control } = form;
  const { description, defaultSteps, settings } = samplerNamed(
    useWatch({ control, name: "settings.sampler" }),
  );
  return (
    <div className="grid gap-5 sm:grid-cols-3">
      <Setting control={control} name="sampler" help={description} />
      <Setting control={control} name="steps" help={`${defaultSteps} with published weights.`} />
      <GuidanceFields form={form} bases={bases} />
      {Object.keys(settings).map((name) => (
        <Setting key={name} control={control} name={name as SettingName} />
      ))}
    </div>
  );
}

/** How many samples the choices amount to. */
function Amount({ control, datasets }: { control: Control<SampleSetValues>; datasets: OfferedDataset[] }) {
  const [datasetId, allCaptions, categories, split, limit, maskSetId, each] = useWatch({
    control,
    name: [
      "datasetId",
      "allCaptions",
      "captionCategories",
      "captionSplit",
      "captionLimit",
      "maskSetId",
      "settings.samplesPerCaption",
    ],
  });
  if (categories.length > 0 || split !== null || maskSetId !== null) return null;
  const dataset = datasets.find(({ id }) => id === datasetId);
  const captions = (allCaptions ? dataset?.captionCount : dataset?.firstCaptionCount) ?? 0;
  const count = Math.min(captions, limit !== null && limit > 0 ? limit : captions) * each;
  if (!Number.isInteger(count)) return null;
  return `${formatCount(count)} ${count === 1 ? "sample" : "samples"} in all.`;
}
