import type { QuestionWords } from "../question-type";

export const gradedWords: QuestionWords = {
  option: "Pairs in seven steps: from much better through equal to much better",
  asked: "in pairs, in seven steps",
  answers: "answers",
  standardQuestions: {
    "caption-similarity": {
      en: "Which image matches the caption better, and by how much?",
      de: "Welches Bild passt besser zum Bildtext, und wie viel besser?",
    },
    photorealism: {
      en: "Which image looks more like a real photograph, and by how much?",
      de: "Welches Bild sieht eher wie ein echtes Foto aus, und wie deutlich?",
    },
  },
  model: {
    ratings: "Rating on the Elo scale, mean 1000 (cumulative logit model)",
    terminal: "Elo scale from the cumulative logit model of graded pairs, mean 1000",
    registration:
      "the cumulative logit model of graded paired comparisons, with an advantage of the left side",
  },
};
