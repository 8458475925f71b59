/** Forms tick what can be computed. */
import { expect, test } from "vitest";
import { metricNames, usualMetrics } from "@/lib/evaluations/metric-names";
import { firstMetrics, type MissingWeights } from "@/lib/evaluations/missing-weights";
import { metricCatalogue } from "@/lib/metrics/metric-catalogue";
import { metricWeights } from "@/lib/metrics/weights/metric-weights";

test("every metric names the weights that its features come from", () => {
  const needed = Object.fromEntries(
    Object.entries(metricCatalogue).map(([name, { features }]) => [
      name,
      "weights" in features ? features.weights : features.network === "demo-clip" ? null : features.network,
    ]),
  );
  expect(metricWeights).toEqual(needed);
});

test("the usual metrics are ticked where they can be computed, else whatever can", () => {
  expect(firstMetrics({})).toEqual(usualMetrics);
  expect(firstMetrics({ fid: "FID Inception", kid: "FID Inception" })).toEqual(["clip-score"]);
  const demoAlone: MissingWeights = Object.fromEntries(
    metricNames.filter((name) => !name.endsWith("-demo")).map((name) => [name, "a network"]),
  );
  expect(firstMetrics(demoAlone)).toEqual(["clip-score-demo", "fd-demo", "kid-demo"]);
  expect(firstMetrics(Object.fromEntries(metricNames.map((name) => [name, "a network"])))).toEqual([]);
});
