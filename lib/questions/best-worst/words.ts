import type { QuestionWords } from "../question-type";

export const bestWorstWords: QuestionWords = {
  option: "Best and worst of all arms",
  asked: "best and worst",
  answers: "answers",
  standardQuestions: {
    "caption-similarity": {
      en: "Which image matches the caption best, and which worst?",
      de: "Welches Bild passt am besten zum Bildtext und welches am schlechtesten?",
    },
    photorealism: {
      en: "Which image looks most like a real photograph, and which least?",
      de: "Welches Bild sieht am ehesten wie ein echtes Foto aus und welches am wenigsten?",
    },
  },
  model: {
    ratings: "Rating on the Elo scale, mean 1000 (maximum difference model)",
    terminal: "Elo scale from the maximum difference model of best and worst, mean 1000",
    registration: "the maximum difference model of best and worst choices",
  },
};
