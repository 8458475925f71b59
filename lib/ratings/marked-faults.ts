/** What raters marked in pictures: words of the caption that are missing, and places that are wrong. */
import { type PictureMarks, splitCaptionWords } from "./rater-answer";
import {
  type ClusteredEstimate,
  clusteredEstimate,
  observationsToClusters,
} from "./statistics/clustered-estimates";
import { type Agreement, krippendorffAlpha } from "./statistics/krippendorff-alpha";

/** An answer to a question with marks. `marks` and `pictureSha256s` are by place on the screen, as `shown` is. */
export type MarkedAnswer = {
  readonly caption: string;
  readonly rater: string;
  readonly shown: readonly string[];
  readonly marks: readonly PictureMarks[];
  readonly pictureSha256s: readonly string[];
};

export type ArmFaults = {
  readonly arm: string;
  /** Pictures judged, as often as each was. */
  readonly judged: number;
  /** Share of the caption's words that are marked as missing when the picture is judged. */
  readonly missedShare: ClusteredEstimate;
  /** Places that are marked as wrong when the picture is judged. */
  readonly wrongPlaces: ClusteredEstimate;
};

export type MarkedPicture = {
  readonly caption: string;
  readonly arm: string;
  readonly sha256: string;
  /** How often it was judged: in pairs, once against each other arm by each rater. */
  readonly judged: number;
  /** The caption's words in order, each with how often it was marked as missing. */
  readonly words: readonly { readonly word: string; readonly marked: number }[];
  /** Shares of width and height from the top left corner. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
};

export type MarkedFaults = {
  readonly arms: readonly ArmFaults[];
  /** Nominal α of "missing" or not; the unit is a word of a picture. */
  readonly wordAgreement: Agreement;
  /** Pictures with the most marks per judgement first; those without any are left out. */
  readonly pictures: readonly MarkedPicture[];
};

type Judged = {
  caption: string;
  rater: string;
  arm: string;
  sha256: string;
  words: readonly string[];
  missed: ReadonlySet<number>;
  points: readonly { x: number; y: number }[];
};

/**
 * A rater who marks nothing says that nothing is missing or wrong. Intervals of 95% are over captions and raters.
 *
 * @param arms in the order wanted; arms without answers are left out
 */
export function markedFaults(
  answers: readonly MarkedAnswer[],
  arms: readonly string[],
  { seed, replicates }: { seed: number; replicates: number },
): MarkedFaults {
  const coverage = 0.95;
  const judged = answers.flatMap(judgedPictures);
  const clusters = observationsToClusters(judged);
  const meanOf = (arm: string, value: (one: Judged) => number): ClusteredEstimate => {
    const count = judged.filter((one) => one.arm === arm).length;
    const mean = judged.reduce((sum, one) => sum + (one.arm === arm ? value(one) : 0), 0) / count;
    const influence = Float64Array.from(judged, (one) => (one.arm === arm ? (value(one) - mean) / count : 0));
    return clusteredEstimate(mean, influence, clusters, coverage);
  };
  return {
    arms: arms
      .map((arm) => ({ arm, judged: judged.filter((one) => one.arm === arm).length }))
      .filter(({ judged: count }) => count > 0)
      .map(({ arm, judged: count }) => ({
        arm,
        judged: count,
        missedShare: meanOf(arm, ({ missed, words }) => missed.size / Math.max(1, words.length)),
        wrongPlaces: meanOf(arm, ({ points }) => points.length),
      })),
    wordAgreement: krippendorffAlpha(
      judged.flatMap(({ caption, arm, words, missed }) =>
        words.map((_, index) => ({
          unit: JSON.stringify([caption, arm, index]),
          cluster: caption,
          value: missed.has(index) ? 1 : 0,
        })),
      ),
      { level: "nominal", seed, replicates, coverage },
    ),
    pictures: markedPictures(judged),
  };
}

function judgedPictures({ caption, rater, shown, marks, pictureSha256s }: MarkedAnswer): Judged[] {
  const words = splitCaptionWords(caption);
  return shown.map((arm, place) => {
    const own = marks.filter((mark) => mark.place === place);
    return {
      caption,
      rater,
      arm,
      sha256: pictureSha256s[place]!,
      words,
      missed: new Set(own.flatMap(({ missedWords }) => missedWords)),
      points: own.flatMap(({ wrongPoints }) => wrongPoints),
    };
  });
}

function markedPictures(judged: readonly Judged[]): MarkedPicture[] {
  const byPicture = new Map<string, Judged[]>();
  for (const one of judged) {
    const key = JSON.stringify([one.caption, one.arm]);
    const known = byPicture.get(key);
    if (known) known.push(one);
    else byPicture.set(key, [one]);
  }
  return [...byPicture.values()]
    .map((own) => {
      const [{ caption, arm, sha256, words }] = own as [Judged, ...Judged[]];
      const points = own.flatMap((one) => one.points);
      const marks = own.reduce((sum, { missed }) => sum + missed.size, points.length);
      return {
        marksPerJudgement: marks / own.length,
        picture: {
          caption,
          arm,
          sha256,
          judged: own.length,
          words: words.map((word, index) => ({
            word,
            marked: own.filter(({ missed }) => missed.has(index)).length,
          })),
          points,
        },
      };
    })
    .filter(({ marksPerJudgement }) => marksPerJudgement > 0)
    .sort((a, b) => b.marksPerJudgement - a.marksPerJudgement)
    .map(({ picture }) => picture);
}
