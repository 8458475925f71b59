/** A comparison of guidances as CSV: a line per setting and metric. */
import { stringify } from "csv-stringify/sync";
import { usesClassifierFree } from "@/lib/diffusion/sampling/sample-settings";
import { intervalTarget } from "@/lib/evaluations/comparable-recipe";
import { describeMetric } from "@/lib/metrics/catalogue/metric-catalogue";
import { tableCast } from "@/lib/text/spreadsheet-cells";
import type { GuidanceMetricRole } from "./compare-guidance-fields";
import type { GuidanceComparison } from "./get-guidance-comparison";

/** Every setting has a line for each metric, with empty figures where there is no score. */
export function guidanceToCsv({ name, settings, metrics }: GuidanceComparison): string {
  const lines = settings.flatMap((setting) =>
    (Object.entries(metrics) as [GuidanceMetricRole, string][]).map(([role, metric]) => {
      const score = setting.scores[role];
      return {
        comparison: name,
        sample_set: setting.set.name,
        guidance: setting.guidance,
        guidance_scale: usesClassifierFree(setting) ? setting.guidanceScale : "",
        clip_guidance_scale: setting.clipGuidanceScale ?? "",
        aspect: role.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        metric,
        value: score?.value ?? "",
        low: score?.low ?? "",
        high: score?.high ?? "",
        interval_of: score === null || score.low === null ? "" : (intervalTarget(score.recipe) ?? ""),
        better: describeMetric(metric).better,
        n_real: score?.realCount ?? "",
        n_generated: score?.generatedCount ?? "",
        images_drawn: setting.set.drawn,
        state: setting.state.toLowerCase(),
        warnings: [...(score?.warnings ?? []), ...(score?.remedy ? [score.remedy] : [])].join(" "),
        recipe: score ? JSON.stringify(score.recipe) : "",
      };
    }),
  );
  return stringify(lines, { header: true, cast: tableCast });
}
