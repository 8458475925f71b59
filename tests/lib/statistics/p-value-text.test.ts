import { expect, it } from "vitest";
import { pValueText } from "@/lib/statistics/p-value-text";

it("says on which side of 0.05 a p value is", () => {
  expect([0, 0.0009, 0.001, 0.0499, 0.05, 0.0501, 0.0504, 0.052, 1].map(pValueText)).toEqual([
    "< 0.001",
    "< 0.001",
    "0.001",
    "0.050",
    "0.050",
    "0.051",
    "0.051",
    "0.052",
    "1.000",
  ]);
});
