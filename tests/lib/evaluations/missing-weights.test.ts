/** Forms preselect the metrics that can be computed. */
import { expect, test } from "vitest";
import { firstMetrics, type MissingWeights } from "@/lib/evaluations/missing-weights";
import { neededWeights } from "@/lib/metrics/catalogue/feature-spec";
import { metricCatalogue, metricNames, usualMetrics } from "@/lib/metrics/catalogue/metric-catalogue";
import { findWeightEntry } from "@/lib/metrics/weights/catalogue";

test("the weights that metrics need are in the catalogue of weights, which names the metrics", () => {
  for (const name of metricNames) {
    const needed = neededWeights(metricCatalogue[name].features);
    if (needed === null) expect(name).toMatch(/-demo$/);
    else expect(findWeightEntry(needed).purpose.split(", ")).toContain(metricCatalogue[name].label);
  }
});

test("the usual metrics are ticked if they can be computed, otherwise those that can", () => {
  expect(firstMetrics({})).toEqual(usualMetrics);
  expect(firstMetrics({ fid: "FID Inception", kid: "FID Inception" })).toEqual(["clip-score"]);
  const demoAlone: MissingWeights = Object.fromEntries(
    metricNames.filter((name) => !name.endsWith("-demo")).map((name) => [name, "a network"]),
  );
  expect(firstMetrics(demoAlone)).toEqual(["clip-score-demo", "fd-demo", "kid-demo"]);
  expect(firstMetrics(Object.fromEntries(metricNames.map((name) => [name, "a network"])))).toEqual([]);
});

test("of samples without photographs, none that compares with photographs is preselected", () => {
  expect(firstMetrics({}, false)).toEqual(["clip-score"]);
});
