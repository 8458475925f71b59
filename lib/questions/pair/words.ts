import type { QuestionWords } from "../question-type";

export const pairWords: QuestionWords = {
  option: "Pairs: left, right, both equally, or neither fits",
  asked: "in pairs",
  answers: "votes",
  standardQuestions: {
    "caption-similarity": {
      en: "Which picture matches the caption better?",
      de: "Welches Bild passt besser zum Bildtext?",
    },
    photorealism: {
      en: "Which picture looks more like a real photograph?",
      de: "Welches Bild sieht eher wie ein echtes Foto aus?",
    },
  },
  model: {
    ratings: "Rating on the Elo scale, mean 1000 (Davidson’s model)",
    terminal: "Elo scale from Davidson's model, mean 1000",
    registration: "Davidson's model of paired comparisons, with ties and an advantage of the left side",
    registrationPart: [
      "Ties and “neither”",
      [
        "A tie is an answer of its own in the model.",
        "“Neither fits” says nothing about which picture is better and is left out of the ratings; results with it counted otherwise are shown beside them as a check.",
      ],
    ],
  },
};
