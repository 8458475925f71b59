/** The fields of what draws samples towards their caption, and how strongly. */
"use client";

import { type UseFormReturn, useWatch } from "react-hook-form";
import { SettingField } from "@/components/form/setting-field";
import {
  guidanceScales,
  type SampleSettings,
  sampleSettings,
  usesClassifierFree,
  usesClip,
} from "@/lib/diffusion/sampling/sample-settings";
import type { SamplingBase } from "@/lib/samples/list-sampling-models";
import { clipHelp } from "./clip-help";

type GuidanceSettings = Pick<SampleSettings, "guidance" | "guidanceScale" | "clipGuidanceScale">;
type GuidedValues = { baseCheckpointId: string; settings: GuidanceSettings };

const types = sampleSettings.shape;

/** The scale to begin with: that of the settings where CLIP guides, else what suits the base's noised CLIP. */
export function usualClipScale(settings: GuidanceSettings, base: SamplingBase | undefined): number {
  const { clip } = guidanceScales({ ...settings, guidance: "clip" });
  return usesClip(settings) ? clip! : (base?.clip.scales.at(-1) ?? clip!);
}

/** For another base: a scale that somebody has entered stays. */
export function adaptClipScale<Values extends GuidedValues>(
  given: UseFormReturn<Values>,
  bases: readonly SamplingBase[],
  chosenId: string | undefined,
): void {
  const { getValues, setValue } = given as unknown as UseFormReturn<GuidedValues>;
  const scale = getValues("settings.clipGuidanceScale");
  const isSuggested = bases.some(({ clip }) => clip.scales.at(-1) === scale);
  const chosen = bases.find(({ id }) => id === chosenId);
  if (chosen && isSuggested) setValue("settings.clipGuidanceScale", chosen.clip.scales.at(-1));
}

export function GuidanceFields<Values extends GuidedValues>({
  form,
  bases,
}: {
  form: UseFormReturn<Values>;
  bases: readonly SamplingBase[];
}) {
  // Whatever else the form holds, which TypeScript does not let a function leave open.
  const { control } = form as unknown as UseFormReturn<GuidedValues>;
  const baseId = useWatch({ control, name: "baseCheckpointId" });
  const guidance = useWatch({ control, name: "settings.guidance" });
  return (
    <>
      <SettingField
        control={control}
        name="settings.guidance"
        type={types.guidance}
        help={usesClip({ guidance }) ? clipHelp(bases.find(({ id }) => id === baseId)) : undefined}
      />
      {usesClassifierFree({ guidance }) ? (
        <SettingField control={control} name="settings.guidanceScale" type={types.guidanceScale} />
      ) : null}
      {usesClip({ guidance }) ? (
        <SettingField control={control} name="settings.clipGuidanceScale" type={types.clipGuidanceScale} />
      ) : null}
    </>
  );
}
