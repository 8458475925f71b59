/** Which metrics cannot be computed yet, and the networks that they need. */
import type { MissingWeights } from "@/lib/evaluations/missing-weights";
import { neededWeights } from "@/lib/metrics/catalogue/feature-spec";
import { metricCatalogue, metricNames } from "@/lib/metrics/catalogue/metric-catalogue";
import { listWeights } from "./list-weights";
import { hasDemoClip } from "./shared-networks";

export async function listMissingWeights(): Promise<MissingWeights> {
  const [weights, hasDemo] = await Promise.all([listWeights(), hasDemoClip()]);
  return Object.fromEntries(
    metricNames.flatMap((metric) => {
      const name = neededWeights(metricCatalogue[metric].features);
      if (name === null) return hasDemo ? [] : [[metric, "the demo"]];
      const entry = weights.find((each) => each.name === name)!;
      return entry.installed ? [] : [[metric, entry.title]];
    }),
  );
}
