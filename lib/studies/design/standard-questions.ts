/** The standard criteria's questions as raters read them, by question type and language. */
import type { QuestionTypeName } from "@/lib/questions/question-types";
import type { RaterLanguage } from "./rater-languages";

export const standardKeys = ["caption-similarity", "photorealism"] as const;
export type StandardKey = (typeof standardKeys)[number];

const questions: Record<StandardKey, Record<RaterLanguage, Record<QuestionTypeName, string>>> = {
  "caption-similarity": {
    en: {
      pair: "Which picture matches the caption better?",
      likert: "How well does the picture match the caption?",
      ranking: "Put the pictures in order: which matches the caption best?",
      "best-worst": "Which picture matches the caption best, and which worst?",
    },
    de: {
      pair: "Welches Bild passt besser zum Bildtext?",
      likert: "Wie gut passt das Bild zum Bildtext?",
      ranking: "Ordnen Sie die Bilder: Welches passt am besten zum Bildtext?",
      "best-worst": "Welches Bild passt am besten zum Bildtext, welches am schlechtesten?",
    },
  },
  photorealism: {
    en: {
      pair: "Which picture looks more like a real photograph?",
      likert: "How much does the picture look like a real photograph?",
      ranking: "Put the pictures in order: which looks most like a real photograph?",
      "best-worst": "Which picture looks most like a real photograph, and which least?",
    },
    de: {
      pair: "Welches Bild sieht eher wie ein echtes Foto aus?",
      likert: "Wie sehr sieht das Bild wie ein echtes Foto aus?",
      ranking: "Ordnen Sie die Bilder: Welches sieht am ehesten wie ein echtes Foto aus?",
      "best-worst": "Welches Bild sieht am ehesten wie ein echtes Foto aus, welches am wenigsten?",
    },
  },
};

export function standardQuestion(key: StandardKey, type: QuestionTypeName, language: RaterLanguage): string {
  return questions[key][language][type];
}
