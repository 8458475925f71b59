/** The points of a comparison's charts: settings that have both scores. */
import type { TradeOffPoint } from "@/components/evaluations/trade-off-chart";
import type { SampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import type { MetricScore } from "@/lib/evaluations/list-evaluations";
import type { GuidanceMetricRole } from "@/lib/samples/guidance/compare-guidance-fields";
import type { ComparedGuidance } from "@/lib/samples/guidance/get-guidance-comparison";

export const guidanceTitles: Record<SampleSettings["guidance"], string> = {
  none: "No guidance",
  "classifier-free": "Classifier-free",
  clip: "CLIP",
  both: "Both",
};

export function toTradeOffPoints(
  settings: readonly ComparedGuidance[],
  role: GuidanceMetricRole,
): TradeOffPoint[] {
  return settings.flatMap((setting) => {
    const [x, y] = [estimateOf(setting.scores.captionMatch), estimateOf(setting.scores[role])];
    if (x === null || y === null) return [];
    return [{ name: setting.words, label: scaleOf(setting), kind: guidanceTitles[setting.guidance], x, y }];
  });
}

function estimateOf(score: MetricScore | null) {
  if (score === null || score.value === null) return null;
  return { value: score.value, low: score.low, high: score.high };
}

function scaleOf({ guidance, guidanceScale, clipGuidanceScale }: ComparedGuidance): string {
  switch (guidance) {
    case "none":
      return "none";
    case "classifier-free":
      return String(guidanceScale);
    case "clip":
      return String(clipGuidanceScale);
    case "both":
      return `${guidanceScale} + ${clipGuidanceScale}`;
  }
}
