/** Which metrics cannot be computed yet, and the networks that they wait for. */
import { existsSync } from "node:fs";
import { dataPaths } from "@/lib/env";
import type { MetricName } from "@/lib/evaluations/metric-names";
import type { MissingWeights } from "@/lib/evaluations/missing-weights";
import { demoClipPath } from "@/lib/metrics/weights/demo-clip";
import { metricWeights } from "@/lib/metrics/weights/metric-weights";
import { listWeights } from "./list-weights";

export async function listMissingWeights(): Promise<MissingWeights> {
  const weights = await listWeights();
  const hasDemo = existsSync(demoClipPath(dataPaths().weights));
  const entries = Object.entries(metricWeights) as [MetricName, string | null][];
  return Object.fromEntries(
    entries.flatMap(([metric, name]) => {
      if (name === null) return hasDemo ? [] : [[metric, "the demo"]];
      const entry = weights.find((each) => each.name === name)!;
      return entry.installed ? [] : [[metric, entry.title]];
    }),
  );
}
