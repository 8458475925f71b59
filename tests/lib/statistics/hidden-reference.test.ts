import { expect, it } from "vitest";
import { referencePreference } from "@/lib/statistics/hidden-reference";

it("counts how often each rater prefers the photograph, ties as half", () => {
  const vote = (
    rater: string,
    left: string,
    right: string,
    winner: "left" | "right" | "tie" | "both_bad",
  ) => ({
    caption: "a dog",
    rater,
    left,
    right,
    winner,
  });
  const found = referencePreference(
    [
      vote("keen", "real", "tuned", "left"),
      vote("keen", "tuned", "real", "right"),
      vote("keen", "tuned", "original", "left"),
      vote("torn", "real", "tuned", "tie"),
      vote("torn", "original", "real", "left"),
      vote("torn", "original", "real", "both_bad"),
      vote("never", "original", "tuned", "left"),
    ],
    new Set(["real"]),
  );
  expect([...found]).toEqual([
    ["keen", { compared: 2, preferred: 1 }],
    ["torn", { compared: 2, preferred: 0.25 }],
  ]);
});
