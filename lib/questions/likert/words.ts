import type { QuestionWords } from "../question-type";

export const likertWords: QuestionWords = {
  option: "One image at a time, on a scale of five points",
  asked: "one image at a time on a scale of five points",
  answers: "answers",
  standardQuestions: {
    "caption-similarity": {
      en: "How well does the image match the caption?",
      de: "Wie gut passt das Bild zum Bildtext?",
    },
    photorealism: {
      en: "How much does the image look like a real photograph?",
      de: "Wie sehr ähnelt das Bild einem echten Foto?",
    },
  },
  model: {
    ratings: "Mean score on the five-point scale",
    terminal: "mean score",
    registration: "the mean score of each arm",
  },
};
