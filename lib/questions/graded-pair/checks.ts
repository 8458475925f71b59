/** Checks of raters with a graded pair: the side counts, not the step. */
import { type BestImage, bestImage } from "../best-image";
import type { Checks, InterfaceLanguage } from "../question-type";
import { type Exactly, exactly, imageChoices, type RightAnswerKind } from "../right-answer";

const equal: RightAnswerKind<Exactly> = {
  ...exactly,
  fault: ({ winner }) => (winner === "tie" ? null : "“Neither fits” is not an answer to this question."),
};

/** What an attention check says instead of a caption. */
const attentionTexts: Record<InterfaceLanguage, string> = {
  en: "This is a check that captions are read. Please answer “Equally good”.",
  de: "Hier prüfen wir, ob die Bildtexte gelesen werden. Bitte antworten Sie „Beide gleich gut“.",
};

export const gradedChecks: Checks<BestImage | Exactly> = {
  kinds: [bestImage, equal],
  fields: (images) => [
    {
      name: "right",
      label: "Correct answer, whether slightly or much better",
      open: true,
      choices: [
        ...imageChoices(images).map(({ value, label }) => ({ value, label: `${label} is better` })),
        { value: "tie", label: "Equally good" },
      ],
    },
  ],
  fromFields(typed) {
    const right = typed.right?.[0];
    if (right === undefined) return null;
    return right === "tie" ? { type: "exactly", winner: "tie" } : { type: "best", position: Number(right) };
  },
  strangers: () => 1,
  known: (own, [stranger]) => ({ expected: { type: "best", position: 0 }, images: [own, stranger!] }),
  attention: (_index, language) => ({
    text: attentionTexts[language],
    expected: { type: "exactly", winner: "tie" },
    images: 2,
  }),
};
