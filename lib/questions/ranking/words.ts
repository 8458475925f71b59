import type { QuestionWords } from "../question-type";

export const rankingWords: QuestionWords = {
  option: "Ranking: all arms from best to worst",
  asked: "as a ranking",
  answers: "answers",
  standardQuestions: {
    "caption-similarity": {
      en: "Put the images in order: which matches the caption best?",
      de: "Ordnen Sie die Bilder: Welches passt am besten zum Bildtext?",
    },
    photorealism: {
      en: "Put the images in order: which looks most like a real photograph?",
      de: "Ordnen Sie die Bilder: Welches sieht am ehesten wie ein echtes Foto aus?",
    },
  },
  model: {
    ratings: "Rating on the Elo scale, mean 1000 (Plackett and Luce’s model)",
    terminal: "Elo scale from Plackett and Luce's model of rankings, mean 1000",
    registration: "Plackett and Luce's model of rankings",
  },
};
