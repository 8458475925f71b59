/** The form of a sample set: whose captions, which model, and how it draws. */
"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { z } from "zod";
import { Button, ButtonLink } from "@/components/button";
import { CheckboxField, FieldGroup, NumberField, SelectField, TextField } from "@/components/field";
import { FormFailure } from "@/components/form-failure";
import { formatCount } from "@/components/numbers";
import { typedNumber } from "@/components/typed-number";
import { useForm } from "@/components/use-form";
import { ownSettings, type SamplerName, samplerNamed, samplers } from "@/lib/diffusion/samplers";
import {
  type ownSettingNames,
  type SampleSettings,
  sampleSettings,
} from "@/lib/diffusion/sampling/sample-settings";
import { settingText } from "@/lib/diffusion/settings/setting";
import { draw } from "../actions";

type Choice = { id: string; name: string };
/** With the settings that suit it, and the side of the images that a base draws, or that an upsampler enlarges. */
type Model = Choice & { suggested: Partial<SampleSettings>; sidePx: number };

/** As `startSampleSetInput`, which only the server can load; the server checks again. */
const sampleForm = z.object({
  name: z.string().trim().min(1, "Give the sample set a name.").max(100, "At most 100 characters."),
  datasetId: z.uuid("Choose a dataset."),
  baseCheckpointId: z.uuid("Choose a base model."),
  upsamplerCheckpointId: z.uuid().nullable(),
  allCaptions: z.boolean(),
  captionLimit: z.number().int().min(1).nullable(),
  settings: sampleSettings,
});

const numericSettings = [
  "steps",
  "guidanceScale",
  "upsampleTemperature",
  "upsampleStrength",
  "picturesPerCaption",
  "firstSeed",
] as const satisfies readonly (keyof SampleSettings)[];

type OwnSettingName = (typeof ownSettingNames)[number];

type Values = {
  name: string;
  datasetId: string;
  baseCheckpointId: string;
  upsamplerCheckpointId: string;
  allCaptions: boolean;
  captionLimit: string;
  sampler: string;
  upsampleRespacing: string;
} & Record<(typeof numericSettings)[number] | OwnSettingName, string>;

function toInput(values: Values): unknown {
  return {
    name: values.name,
    datasetId: values.datasetId,
    baseCheckpointId: values.baseCheckpointId,
    upsamplerCheckpointId: values.upsamplerCheckpointId || null,
    allCaptions: values.allCaptions,
    captionLimit: values.captionLimit.trim() === "" ? null : typedNumber(values.captionLimit),
    settings: {
      ...Object.fromEntries(
        [...numericSettings, ...Object.keys(samplerNamed(values.sampler as SamplerName).settings)].map(
          (name) => [name, typedNumber(values[name as OwnSettingName])],
        ),
      ),
      sampler: values.sampler,
      upsampleRespacing: values.upsampleRespacing.trim(),
    },
  };
}

/** Of every sampler, as text: what is given, else the sampler's default. */
function usualOwnSettings(settings: SampleSettings): Record<OwnSettingName, string> {
  const usual = samplers.flatMap(({ name }) => Object.entries(ownSettings(name, settings)));
  return Object.fromEntries(usual.map(([name, value]) => [name, String(value)])) as Record<
    OwnSettingName,
    string
  >;
}

export function SampleForm({
  datasets,
  bases,
  upsamplers,
  initial,
}: {
  datasets: (Choice & { pictureCount: number; captionCount: number })[];
  bases: Model[];
  upsamplers: Model[];
  initial: {
    datasetId: string;
    baseCheckpointId: string;
    upsamplerCheckpointId: string;
    allCaptions: boolean;
    captionLimit: number | null;
    /** Those of a set that this one is to be compared with; null: what suits the models chosen. */
    settings: SampleSettings | null;
  };
}) {
  const router = useRouter();
  const [nameTouched, setNameTouched] = useState(false);
  const among = (choices: Choice[], id: string) => choices.find((choice) => choice.id === id)?.id ?? "";
  const firstBase = among(bases, initial.baseCheckpointId) || (bases[0]?.id ?? "");
  const fitting = (baseId: string) => {
    const sidePx = bases.find(({ id }) => id === baseId)?.sidePx;
    return upsamplers.filter((upsampler) => upsampler.sidePx === sidePx);
  };
  const firstUpsampler = among(fitting(firstBase), initial.upsamplerCheckpointId);
  const suggestionOf = (models: Model[], id: string) => models.find((model) => model.id === id)?.suggested;
  const settings =
    initial.settings ??
    sampleSettings.parse({
      ...suggestionOf(bases, firstBase),
      ...suggestionOf(upsamplers, firstUpsampler),
    });
  const { form, text, checkbox, values, set, pending, failure } = useForm({
    schema: sampleForm,
    initial: {
      ...(Object.fromEntries(numericSettings.map((name) => [name, String(settings[name])])) as Record<
        (typeof numericSettings)[number],
        string
      >),
      ...usualOwnSettings(settings),
      name: bases.find((base) => base.id === firstBase)?.name ?? "",
      datasetId: among(datasets, initial.datasetId) || (datasets[0]?.id ?? ""),
      baseCheckpointId: firstBase,
      upsamplerCheckpointId: firstUpsampler,
      allCaptions: initial.allCaptions,
      captionLimit: initial.captionLimit === null ? "" : String(initial.captionLimit),
      sampler: settings.sampler as string,
      upsampleRespacing: settings.upsampleRespacing,
    },
    toInput,
    submit: draw,
    onSuccess: (started) => router.push(`/admin/samples/${started.sampleSetId}`),
  });
  const name = text("name");
  const base = text("baseCheckpointId");
  const upsampler = text("upsamplerCheckpointId");
  const suggest = (models: Model[], id: string) => {
    if (initial.settings) return;
    for (const [setting, value] of Object.entries(suggestionOf(models, id) ?? {})) {
      set(setting as keyof Values, String(value));
    }
  };
  const chosenSampler = samplerNamed(values.sampler as SamplerName);
  const dataset = datasets.find((one) => one.id === values.datasetId);
  const captions = (values.allCaptions ? dataset?.captionCount : dataset?.pictureCount) ?? 0;
  const limit = typedNumber(String(values.captionLimit));
  const pictures =
    Math.min(captions, limit > 0 ? limit : captions) * typedNumber(String(values.picturesPerCaption));
  return (
    <form {...form} className="grid gap-9">
      <FieldGroup
        title="What"
        text={
          Number.isInteger(pictures)
            ? `${formatCount(pictures)} ${pictures === 1 ? "picture" : "pictures"} in all.`
            : undefined
        }
      >
        <SelectField label="Captions of" {...text("datasetId")}>
          {datasets.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name} ({formatCount(one.pictureCount)})
            </option>
          ))}
        </SelectField>
        <CheckboxField
          label="Every caption of a photograph"
          help="Otherwise its first one alone is drawn."
          {...checkbox("allCaptions")}
        />
        <div className="grid gap-5 sm:grid-cols-3">
          <NumberField
            label="Only the first"
            optional
            placeholder="all"
            unit="captions"
            {...text("captionLimit")}
            help="Empty for all of them."
          />
          <NumberField
            label="Samples per caption"
            {...text("picturesPerCaption", "settings.picturesPerCaption")}
            help="Each with a seed of its own."
          />
          <NumberField
            label="First seed"
            {...text("firstSeed", "settings.firstSeed")}
            help="The same in sets that are to be compared."
          />
        </div>
      </FieldGroup>
      <FieldGroup title="Model" text="Without an upsampler the images stay as small as the base draws them.">
        <SelectField
          label="Base"
          {...base}
          onChange={(event) => {
            base.onChange(event);
            suggest(bases, event.target.value);
            if (!among(fitting(event.target.value), String(values.upsamplerCheckpointId))) {
              set("upsamplerCheckpointId", "");
            }
            if (!nameTouched) set("name", bases.find((one) => one.id === event.target.value)?.name ?? "");
          }}
        >
          {bases.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </SelectField>
        <SelectField
          label="Upsampler"
          optional
          {...upsampler}
          onChange={(event) => {
            upsampler.onChange(event);
            suggest(upsamplers, event.target.value);
          }}
          help={
            upsamplers.length === 0
              ? "None is registered yet."
              : fitting(String(values.baseCheckpointId)).length === 0
                ? "None enlarges images of this base’s size."
                : undefined
          }
        >
          <option value="">None</option>
          {fitting(String(values.baseCheckpointId)).map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </SelectField>
        <TextField
          label="Name"
          {...name}
          onChange={(event) => {
            setNameTouched(true);
            name.onChange(event);
          }}
          help="As it will stand above its column: “original”, “fine-tuned”."
        />
      </FieldGroup>
      <FieldGroup
        title="How"
        text="More steps take longer; more guidance follows the caption more closely, at the cost of variety."
      >
        <div className="grid gap-5 sm:grid-cols-3">
          <SelectField
            label="Sampler"
            {...text("sampler", "settings.sampler")}
            help={chosenSampler.description}
          >
            {samplers.map(({ name, title }) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </SelectField>
          <NumberField
            label="Steps"
            {...text("steps", "settings.steps")}
            help={`${chosenSampler.defaultSteps} with published weights.`}
          />
          <NumberField
            label="Guidance"
            {...text("guidanceScale", "settings.guidanceScale")}
            help="3 in GLIDE’s notebook; 1 is unguided."
          />
          {Object.entries<z.ZodType>(chosenSampler.settings).map(([name, type]) => {
            const { label, help } = settingText(type);
            return (
              <NumberField
                key={name}
                label={label}
                help={help}
                {...text(name as OwnSettingName, `settings.${name}`)}
              />
            );
          })}
        </div>
        {values.upsamplerCheckpointId ? (
          <div className="grid gap-5 sm:grid-cols-3">
            <TextField
              label="Upsampler’s steps"
              {...text("upsampleRespacing", "settings.upsampleRespacing")}
              help="fast27, or a number."
            />
            <NumberField
              label="Upsampler’s temperature"
              {...text("upsampleTemperature", "settings.upsampleTemperature")}
              help="Of its start noise; 0.997 in GLIDE’s notebook."
            />
            <NumberField
              label="Upsampler’s strength"
              {...text("upsampleStrength", "settings.upsampleStrength")}
              help="1 in GLIDE; below, it starts from the enlarged picture, which helps young upsamplers."
            />
          </div>
        ) : null}
      </FieldGroup>
      <div className="grid gap-4 border-t pt-7 lg:ps-[18.5rem]">
        <FormFailure failure={failure} />
        <div className="flex flex-wrap gap-2.5">
          <Button type="submit" variant="primary" pending={pending}>
            Draw
          </Button>
          <ButtonLink href="/admin/samples">Back</ButtonLink>
        </div>
      </div>
    </form>
  );
}
