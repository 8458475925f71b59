import { expect, test } from "vitest";
import { metricNames } from "@/lib/evaluations/metric-names";
import { metricNames as catalogue } from "@/lib/metrics/metric-catalogue";

test("forms offer exactly the metrics that the engine computes", () => {
  expect([...metricNames].sort()).toEqual([...catalogue].sort());
});
