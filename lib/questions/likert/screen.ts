/** A score on the rater's screen: five buttons, the worst first, and digits. */
import type { RaterQuestion } from "../rater-question";
import type { LikertGiven } from "./answer";

type Strings = { readonly scale: readonly string[] };

const given = (score: number): LikertGiven => ({ type: "likert", score });

export const likertScreen: RaterQuestion<LikertGiven, Strings> = {
  buttons: ({ scale }) => ({
    buttons: scale.map((label, index) => ({
      answer: given(index + 1),
      label: `${index + 1} · ${label}`,
      keyNames: [String(index + 1), null],
    })),
    columns: { narrow: 1, wide: 5 },
  }),
  onKey: (key) => (/^[1-5]$/.test(key) ? { answer: given(Number(key)) } : null),
  worstPlace: () => 0,
  toText: ({ score }, { scale }) => `${score} · ${scale[score - 1]}`,
};
