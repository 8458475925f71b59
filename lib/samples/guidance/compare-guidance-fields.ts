/** What a comparison of guidances asks for: captions, a model, the scales to try, and the metrics to judge them by. */
import { z } from "zod";
import { type SampleSettings, sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import type { MissingWeights } from "@/lib/evaluations/missing-weights";
import { metricNames } from "@/lib/metrics/catalogue/metric-catalogue";
import { nameText } from "@/lib/text/name-text";
import { startSampleSetInput, toSampleSetInput } from "../sample-fields";

/** As many as people can look at side by side. */
const mostSettings = 12;

/** The three things that guidance trades against each other, and the metrics of each; the first that can be computed is suggested. */
export const guidanceMetrics = {
  captionMatch: {
    label: "Caption match",
    metrics: ["clip-score", "clip-score-glide", "clip-score-demo"],
  },
  fidelity: { label: "Fidelity", metrics: ["fid", "fd-clip", "fd-dinov2", "fd-demo"] },
  diversity: { label: "Diversity", metrics: ["diversity-clip", "diversity-demo"] },
} as const;

export type GuidanceMetricRole = keyof typeof guidanceMetrics;

const scales = z.array(z.number("Numbers, separated by commas.").min(0).max(50));

export const compareGuidanceInput = startSampleSetInput
  .omit({ settings: true })
  .extend({
    // The names of its sample sets begin with it.
    name: nameText("Give the comparison a name.", 60),
    /** The guidance in them does not count. */
    settings: sampleSettings,
    /** Whether samples without guidance are among them. */
    unguided: z.boolean().default(true),
    classifierFreeScales: scales.default([1.5, 3, 6]),
    clipScales: scales.default([]),
    /** Whether every classifier-free scale is also tried together with every CLIP scale. */
    combined: z.boolean().default(false),
    captionMatch: z.enum(metricNames).default("clip-score"),
    fidelity: z.enum(metricNames).default("fid"),
    diversity: z.enum(metricNames).default("diversity-clip"),
  })
  .superRefine((input, context) => {
    const count = comparedGuidances(input).length;
    if (count >= 2 && count <= mostSettings) return;
    context.addIssue({
      code: "custom",
      path: ["classifierFreeScales"],
      message:
        count < 2
          ? "Give at least two settings to compare."
          : `These are ${count} settings. Compare at most ${mostSettings}.`,
    });
  });

export type CompareGuidanceValues = z.output<typeof compareGuidanceInput>;

/** The part of a set's settings that a comparison varies. */
export type Guidance = Pick<SampleSettings, "guidance" | "guidanceScale" | "clipGuidanceScale">;

/** Every guidance of a comparison, once, from none to both together. Unused scales are those of the default. */
export function comparedGuidances({
  unguided,
  classifierFreeScales,
  clipScales,
  combined,
}: Pick<CompareGuidanceValues, "unguided" | "classifierFreeScales" | "clipScales" | "combined">): Guidance[] {
  const { guidanceScale: unused } = sampleSettings.parse({});
  const [free, clip] = [classifierFreeScales, clipScales].map((each) => [...new Set(each)]) as [
    number[],
    number[],
  ];
  return [
    ...(unguided ? [{ guidance: "none" as const, guidanceScale: unused }] : []),
    ...free.map((guidanceScale) => ({ guidance: "classifier-free" as const, guidanceScale })),
    ...clip.map((clipGuidanceScale) => ({
      guidance: "clip" as const,
      guidanceScale: unused,
      clipGuidanceScale,
    })),
    ...(combined
      ? free.flatMap((guidanceScale) =>
          clip.map((clipGuidanceScale) => ({ guidance: "both" as const, guidanceScale, clipGuidanceScale })),
        )
      : []),
  ];
}

/** As `toSampleSetInput`, for the form of a comparison. */
export function toCompareGuidanceInput(values: CompareGuidanceValues): z.input<typeof compareGuidanceInput> {
  const { settings } = toSampleSetInput({
    ...values,
    settings: { ...values.settings, guidance: "classifier-free" },
  });
  return { ...values, settings };
}

/** Of each of the three, the first metric whose network is installed; where none is, the first. */
export function suggestedGuidanceMetrics(missing: MissingWeights) {
  const first = (role: GuidanceMetricRole) => {
    const { metrics } = guidanceMetrics[role];
    return metrics.find((name) => missing[name] === undefined) ?? metrics[0];
  };
  return {
    captionMatch: first("captionMatch"),
    fidelity: first("fidelity"),
    diversity: first("diversity"),
  };
}
