/** A design in words, for the dashboard and a registration. */
import { expect, it } from "vitest";
import { qualityControlToLines } from "@/lib/studies/design/design-to-text";

it("says by which rule raters are excluded, and which checks the researchers picked", () => {
  const control = { trainingItems: 2, goldItems: 10, excludeBelowGoldShare: 0.8, repeats: 0 };
  const check = {
    criterion: "photorealism",
    use: "gold",
    captionId: "019328d0-0000-7000-8000-000000000000",
    images: ["a".repeat(64)],
    right: { type: "scores", scores: [1, 2] },
  };
  expect(qualityControlToLines(control, [check])).toEqual([
    "2 training items",
    "10 gold items per rater (1 picked by the researchers), excluded as soon as the exact one-sided 95% interval of their share of correct answers lies below 80%, from the third on",
  ]);
  expect(qualityControlToLines({}, [])).toEqual([]);
});
