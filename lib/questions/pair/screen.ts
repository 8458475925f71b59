/** A pair on the rater's screen: four buttons, arrows and signs, or a tap on the better image. */
import type { Winner } from "@/lib/statistics/vote";
import type { RaterQuestion } from "../rater-question";
import type { PairGiven } from "./answer";

type Strings = { readonly equal: string; readonly neither: string };

const keys: Readonly<Record<string, Winner>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "tie",
  ArrowDown: "both_bad",
  "1": "left",
  "2": "right",
  "3": "tie",
  "=": "tie",
  e: "tie",
  "4": "both_bad",
  "0": "both_bad",
  n: "both_bad",
};

const given = (winner: Winner): PairGiven => ({ type: "pair", winner });

export const pairScreen: RaterQuestion<PairGiven, Strings> = {
  buttons: ({ equal, neither }, { left, right, upper, lower }) => ({
    buttons: [
      { answer: given("left"), label: left, stackedLabel: upper, keyNames: ["←", "←"] },
      { answer: given("right"), label: right, stackedLabel: lower, keyNames: ["→", "→"] },
      { answer: given("tie"), label: equal, keyNames: ["=", "↑"] },
      { answer: given("both_bad"), label: neither, keyNames: ["0", "↓"] },
    ],
    columns: { narrow: 2, wide: 4 },
  }),
  fromTaps: ([place]) => (place === undefined ? null : given(place === 0 ? "left" : "right")),
  onKey: (key) => (keys[key] ? { answer: given(keys[key]) } : null),
  worstPlace: ({ winner }) => (winner === "left" ? 1 : 0),
  toText: ({ winner }, { equal, neither }, nameOf) =>
    ({ left: nameOf(0), right: nameOf(1), tie: equal, both_bad: neither })[winner],
};
