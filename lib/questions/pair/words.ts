import type { QuestionWords } from "../question-type";

export const pairWords: QuestionWords = {
  option: "Pairs: left, right, both equally, or neither fits",
  asked: "in pairs",
  answers: "votes",
  standardQuestions: {
    "caption-similarity": {
      en: "Which image matches the caption better?",
      de: "Welches Bild passt besser zum Bildtext?",
    },
    photorealism: {
      en: "Which image looks more like a real photograph?",
      de: "Welches Bild sieht eher wie ein echtes Foto aus?",
    },
  },
  model: {
    ratings: "Rating on the Elo scale, mean 1000 (Davidson’s model)",
    terminal: "Elo scale from Davidson's model, mean 1000",
    registration: "Davidson's model of paired comparisons, with ties and a left-side advantage",
    registrationPart: [
      "Ties and “neither”",
      [
        "Ties are a separate outcome in the model.",
        "“Neither fits” does not say which image is better and is left out of the ratings. Results that count it in other ways are shown as a check.",
      ],
    ],
  },
};
