/** Checks of raters with a score. */
import { z } from "zod";
import type { Checks, InterfaceLanguage } from "../question-type";
import type { RightAnswerKind } from "../right-answer";
import { likertPoints } from "./answer";

/** The scores that count as right. */
export type Scores = { type: "scores"; scores: number[] };

const scores: RightAnswerKind<Scores> = {
  name: "scores",
  schema: z.object({ type: z.literal("scores"), scores: z.array(z.number().int()).min(1) }),
  positions: () => [],
  fault({ scores: right }) {
    if (right.some((score) => score < 1 || score > likertPoints)) {
      return `Scores lie between 1 and ${likertPoints}.`;
    }
    return new Set(right).size >= likertPoints ? "If every score is right, the check detects nobody." : null;
  },
  toText: ({ scores: right }) => `${right.join(" or ")} of ${likertPoints}`,
};

/** What an attention check says instead of a caption. */
const attentionTexts: Record<InterfaceLanguage, string> = {
  en: "This is a check that captions are read. Please choose the lowest score, 1.",
  de: "Hier prüfen wir, ob die Bildtexte gelesen werden. Bitte wählen Sie den niedrigsten Wert, 1.",
};

export const likertChecks: Checks<Scores> = {
  kinds: [scores],
  fields: () => [
    {
      name: "scores",
      label: `Right scores, of ${likertPoints}`,
      several: true,
      choices: Array.from({ length: likertPoints }, (_, index) => ({
        value: String(index + 1),
        label: String(index + 1),
      })),
    },
  ],
  fromFields({ scores: typed = [] }) {
    return typed.length === 0 ? null : { type: "scores", scores: typed.map(Number).sort((a, b) => a - b) };
  },
  strangers: () => 1,
  known(own, [stranger], { index, isForeign }) {
    // One image fits or does not; half of the checks are of either sort where the captions allow it. Between captions
    // that have something in common nobody knows how low the score should be.
    const fits = index % 2 === 0 || !isForeign(stranger!);
    return {
      expected: { type: "scores", scores: fits ? [4, 5] : [1, 2] },
      images: [fits ? own : stranger!],
    };
  },
  attention: (_index, language) => ({
    text: attentionTexts[language],
    expected: { type: "scores", scores: [1] },
    images: 1,
  }),
};
