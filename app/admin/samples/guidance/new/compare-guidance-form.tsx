/** The form of a comparison of guidances: captions, model, the scales to try, and the metrics. */
"use client";

import { useRouter } from "next/navigation";
import { type Control, useWatch } from "react-hook-form";
import type { z } from "zod";
import { AdapterFields, type OfferedAdapter } from "@/components/adapter-fields";
import { FieldGroup } from "@/components/field";
import { number, numberList, orNull } from "@/components/form/codecs";
import { FormEnd } from "@/components/form/form-end";
import { FormCheckbox, FormNumberField, FormSelect, FormTextField } from "@/components/form/form-fields";
import { SettingField } from "@/components/form/setting-field";
import { useActionForm } from "@/components/form/use-action-form";
import { MissingNetworks } from "@/components/missing-networks";
import { plural } from "@/components/numbers";
import { SaveSettingsButton } from "@/components/save-settings-button";
import { SettingsFileField } from "@/components/settings-file-field";
import { ownSettings, samplerNamed, samplers } from "@/lib/diffusion/samplers";
import {
  type SampleSettings,
  sampleSettings,
  upsamplerSettingNames,
} from "@/lib/diffusion/sampling/sample-settings";
import type { MissingWeights } from "@/lib/evaluations/missing-weights";
import { describeMetric } from "@/lib/metrics/catalogue/metric-catalogue";
import {
  type CompareGuidanceValues,
  comparedGuidances,
  compareGuidanceInput,
  type GuidanceMetricRole,
  guidanceMetrics,
  suggestedGuidanceMetrics,
  toCompareGuidanceInput,
} from "@/lib/samples/guidance/compare-guidance-fields";
import type { SamplingBase, SamplingModel } from "@/lib/samples/list-sampling-models";
import { compareGuidance, readFile, writeComparisonFile } from "../../actions";
import { CaptionFields, type OfferedDataset } from "../../caption-fields";
import { clipHelp } from "../../clip-help";
import type { OfferedMasks } from "../../mask-field";
import { fitting, ModelFields } from "../../model-fields";

type FilledIn = Extract<Awaited<ReturnType<typeof readFile>>, { ok: true }>["value"]["values"];

const types: Readonly<Record<string, z.ZodType>> = sampleSettings.shape;
const roles = Object.keys(guidanceMetrics) as GuidanceMetricRole[];

export function CompareGuidanceForm({
  datasets,
  bases,
  upsamplers,
  adapters,
  maskSets,
  missing,
}: {
  datasets: OfferedDataset[];
  bases: SamplingBase[];
  upsamplers: SamplingModel[];
  adapters: OfferedAdapter[];
  maskSets: OfferedMasks[];
  missing: MissingWeights;
}) {
  const router = useRouter();
  const base = bases[0]!;
  const form = useActionForm({
    schema: compareGuidanceInput,
    defaultValues: {
      name: `guidance of ${base.name}`.slice(0, 60),
      datasetId: datasets[0]!.id,
      baseCheckpointId: base.id,
      upsamplerCheckpointId: null,
      adapters: [],
      maskSetId: null,
      allCaptions: false,
      captionCategories: [],
      captionSplit: null,
      captionLimit: 8,
      settings: firstSettings(base),
      unguided: true,
      classifierFreeScales: [1.5, 3, 6],
      clipScales: scalesToTry(base),
      combined: false,
      ...suggestedGuidanceMetrics(missing),
    },
    toInput: (values: CompareGuidanceValues) => toCompareGuidanceInput(values),
    submit: compareGuidance,
    onSuccess: (started) => router.push(`/admin/samples/guidance/${started.guidanceComparisonId}`),
  });
  const { control, getValues, setValue } = form;
  const [baseId, upsamplerId] = useWatch({
    control,
    name: ["baseCheckpointId", "upsamplerCheckpointId"],
  });
  const chosenBase = bases.find(({ id }) => id === baseId);
  const suggest = (model: SamplingModel | undefined) => {
    for (const [name, value] of Object.entries(model?.suggested ?? {})) {
      setValue(`settings.${name as keyof SampleSettings}`, value);
    }
  };

  /** Scales that somebody has entered stay. */
  function adaptScales(chosen: SamplingBase | undefined) {
    const entered = getValues("clipScales").join();
    const isSuggested = bases.some((one) => scalesToTry(one).join() === entered);
    if (chosen && isSuggested) setValue("clipScales", scalesToTry(chosen));
  }

  function fillIn({ settings, compare = {}, ...others }: FilledIn) {
    const drawing = everySetting(sampleSettings.parse(settings));
    form.reset({ ...getValues(), ...others, ...compare, settings: drawing });
  }

  return (
    <>
      <SettingsFileField read={(file) => readFile({ ...file, isComparison: true })} onFilledIn={fillIn} />
      <form {...form.element} className="grid gap-9">
        <FieldGroup title="What to draw" text={<Amount control={control} datasets={datasets} />}>
          <FormTextField control={control} name="name" label="Name" />
          <CaptionFields form={form} datasets={datasets} maskSets={maskSets} splitHelp="" />
          <div className="grid gap-5 sm:grid-cols-3">
            <FormNumberField
              control={control}
              name="captionLimit"
              codec={orNull(number)}
              label="Only the first"
              optional
              placeholder="all"
              unit="captions"
              help="Few are enough to look at. Scores need more: from about 50."
            />
            <Setting control={control} name="samplesPerCaption" help="Diversity needs at least two." />
            <Setting control={control} name="firstSeed" help="The same for every setting." />
          </div>
        </FieldGroup>
        <FieldGroup title="Model" text="Without an upsampler, samples keep the size of the base.">
          <ModelFields
            form={form}
            bases={bases}
            upsamplers={upsamplers}
            onBase={(chosen) => {
              suggest(chosen);
              adaptScales(bases.find(({ id }) => id === chosen?.id));
              setValue(
                "upsamplerCheckpointId",
                fitting(upsamplers, chosen).find(({ id }) => id === upsamplerId)?.id ?? null,
              );
            }}
            onUpsampler={suggest}
          />
          <AdapterFields control={control} name="adapters" adapters={adapters} />
          <SamplerFields control={control} isUpsampled={upsamplerId !== null} />
        </FieldGroup>
        <FieldGroup title="Guidances" text={<Settings control={control} />}>
          <FormCheckbox
            control={control}
            name="unguided"
            label="No guidance"
            help="The model alone, for comparison."
          />
          <FormTextField
            control={control}
            name="classifierFreeScales"
            codec={numberList}
            label="Classifier-free scales"
            placeholder="1.5, 3, 6"
            help="Separated by commas. GLIDE’s notebook uses 3."
          />
          <FormTextField
            control={control}
            name="clipScales"
            codec={numberList}
            label="CLIP scales"
            optional
            placeholder={(chosenBase ?? base).clip.scales.join(", ")}
            help={clipHelp(chosenBase) ?? "Separated by commas. GLIDE’s notebook uses 3."}
          />
          <FormCheckbox
            control={control}
            name="combined"
            label="Both together"
            help="Also try every classifier-free scale with every CLIP scale."
          />
        </FieldGroup>
        <FieldGroup title="Metrics" text="One for each of the three that guidance trades against each other.">
          <MissingNetworks missing={missing} />
          {roles.map((role) => (
            <FormSelect key={role} control={control} name={role} label={guidanceMetrics[role].label}>
              {guidanceMetrics[role].metrics.map((metric) => (
                <option key={metric} value={metric}>
                  {describeMetric(metric).label}
                  {missing[metric] === undefined ? "" : " (not installed)"}
                </option>
              ))}
            </FormSelect>
          ))}
        </FieldGroup>
        <FormEnd form={form} label="Compare" back="/admin/samples/guidance">
          <div>
            <SaveSettingsButton
              form={form}
              write={(values) => writeComparisonFile(toCompareGuidanceInput(values))}
            />
          </div>
        </FormEnd>
      </form>
    </>
  );
}

function scalesToTry({ clip }: SamplingBase): number[] {
  return clip.isInstalled ? [...clip.scales] : [];
}

/** What suits the model, else the default. */
function firstSettings({ suggested }: SamplingModel): SampleSettings {
  return everySetting(sampleSettings.parse({ ...suggested, samplesPerCaption: 4 }));
}

/** Of every sampler: what is given, else its default. */
function everySetting(settings: SampleSettings): SampleSettings {
  return Object.assign({}, ...samplers.map(({ name }) => ownSettings(name, settings)), settings);
}

function Setting({
  control,
  name,
  ...rest
}: {
  control: Control<CompareGuidanceValues>;
  name: keyof SampleSettings;
  help?: string;
}) {
  return <SettingField control={control} name={`settings.${name}`} type={types[name]!} {...rest} />;
}

function SamplerFields({
  control,
  isUpsampled,
}: {
  control: Control<CompareGuidanceValues>;
  isUpsampled: boolean;
}) {
  const { description, defaultSteps, settings } = samplerNamed(
    useWatch({ control, name: "settings.sampler" }),
  );
  const others = [...Object.keys(settings), ...(isUpsampled ? upsamplerSettingNames : [])];
  return (
    <div className="grid gap-5 sm:grid-cols-3">
      <Setting control={control} name="sampler" help={description} />
      <Setting control={control} name="steps" help={`${defaultSteps} with published weights.`} />
      {others.map((name) => (
        <Setting key={name} control={control} name={name as keyof SampleSettings} />
      ))}
    </div>
  );
}

/** How many settings the scales amount to. */
function Settings({ control }: { control: Control<CompareGuidanceValues> }) {
  const count = useSettingCount(control);
  return `Each draws the same captions and seeds. ${plural(count, "setting", "settings")} in all, at most 12.`;
}

/** How many samples the choices amount to. */
function Amount({
  control,
  datasets,
}: {
  control: Control<CompareGuidanceValues>;
  datasets: OfferedDataset[];
}) {
  const [datasetId, allCaptions, categories, split, maskSetId, limit, each] = useWatch({
    control,
    name: [
      "datasetId",
      "allCaptions",
      "captionCategories",
      "captionSplit",
      "maskSetId",
      "captionLimit",
      "settings.samplesPerCaption",
    ],
  });
  const settings = useSettingCount(control);
  if (categories.length > 0 || split !== null || maskSetId !== null) return null;
  const dataset = datasets.find(({ id }) => id === datasetId);
  const captions = (allCaptions ? dataset?.captionCount : dataset?.firstCaptionCount) ?? 0;
  const count = Math.min(captions, limit !== null && limit > 0 ? limit : captions) * each * settings;
  return Number.isInteger(count) ? `${plural(count, "sample", "samples")} in all.` : null;
}

function useSettingCount(control: Control<CompareGuidanceValues>): number {
  const [unguided, classifierFreeScales, clipScales, combined] = useWatch({
    control,
    name: ["unguided", "classifierFreeScales", "clipScales", "combined"],
  });
  return comparedGuidances({ unguided, classifierFreeScales, clipScales, combined }).length;
}
