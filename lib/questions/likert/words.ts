import type { QuestionWords } from "../question-type";

export const likertWords: QuestionWords = {
  option: "One picture at a time, on five points",
  asked: "one picture at a time on five points",
  answers: "answers",
  standardQuestions: {
    "caption-similarity": {
      en: "How well does the picture match the caption?",
      de: "Wie gut passt das Bild zum Bildtext?",
    },
    photorealism: {
      en: "How much does the picture look like a real photograph?",
      de: "Wie sehr sieht das Bild wie ein echtes Foto aus?",
    },
  },
  model: {
    ratings: "Mean score on the five-point scale",
    terminal: "mean score",
    registration: "the mean score of each arm",
  },
};
