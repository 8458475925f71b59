/** Checks of raters with a pair. */
import { type BestImage, bestImage } from "../best-image";
import type { Checks, InterfaceLanguage } from "../question-type";
import { type Exactly, exactly, imageChoices } from "../right-answer";

/** What an attention check says instead of a caption. */
const attentionTexts: Record<InterfaceLanguage, Record<Exactly["winner"], string>> = {
  en: {
    both_bad: "This is a check that captions are read. Please answer “Neither fits”.",
    tie: "This is a check that captions are read. Please answer “Equally good”.",
  },
  de: {
    both_bad: "Hier prüfen wir, ob die Bildtexte gelesen werden. Bitte antworten Sie „Keines passt“.",
    tie: "Hier prüfen wir, ob die Bildtexte gelesen werden. Bitte antworten Sie „Beide gleich gut“.",
  },
};

export const pairChecks: Checks<BestImage | Exactly> = {
  kinds: [bestImage, exactly],
  fields: (images) => [
    {
      name: "right",
      label: "Correct answer",
      open: true,
      choices: [
        ...imageChoices(images).map(({ value, label }) => ({ value, label: `${label} is better` })),
        { value: "tie", label: "Equally good" },
        { value: "both_bad", label: "Neither fits" },
      ],
    },
  ],
  fromFields(typed) {
    const right = typed.right?.[0];
    if (right === undefined) return null;
    return right === "tie" || right === "both_bad"
      ? { type: "exactly", winner: right }
      : { type: "best", position: Number(right) };
  },
  strangers: () => 1,
  known: (own, [stranger]) => ({ expected: { type: "best", position: 0 }, images: [own, stranger!] }),
  attention(index, language) {
    const winner = index % 2 === 0 ? "both_bad" : "tie";
    return { text: attentionTexts[language][winner], expected: { type: "exactly", winner }, images: 2 };
  },
};
