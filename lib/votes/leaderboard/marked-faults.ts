/** What raters marked in images: words of the caption that are missing, and places that are wrong. */
import { splitCaptionWords } from "@/lib/questions/caption-words";
import type { ImageMarks } from "@/lib/questions/rater-answer";
import { type ArmRating, standaloneRatings } from "@/lib/statistics/arm-ratings";
import { type Agreement, krippendorffAlpha } from "@/lib/statistics/krippendorff-alpha";
import { meanScores } from "@/lib/statistics/likert";

/** An answer to a question with marks. `marks` and `imageSha256s` are by place on the screen, as `shown` is. */
export type MarkedAnswer = {
  readonly caption: string;
  readonly rater: string;
  readonly shown: readonly string[];
  readonly marks: readonly ImageMarks[];
  readonly imageSha256s: readonly string[];
};

/** A mean per judged image, and its 95% interval. */
export type FaultRate = Pick<ArmRating, "value" | "low" | "high">;

export type ArmFaults = {
  readonly arm: string;
  /** Images judged, as often as each was. */
  readonly judged: number;
  /** Share of the caption's words that are marked as missing when the image is judged. */
  readonly missedShare: FaultRate;
  /** Places that are marked as wrong when the image is judged. */
  readonly wrongPlaces: FaultRate;
};

export type MarkedImage = {
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
  /** Nominal α of "missing" or not; the unit is a word of an image. */
  readonly wordAgreement: Agreement;
  /** Images with the most marks per judgement first; those without any are left out. */
  readonly images: readonly MarkedImage[];
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
export function markedFaults(answers: readonly MarkedAnswer[], arms: readonly string[]): MarkedFaults {
  const coverage = 0.95;
  const judged = answers.flatMap(judgedImages);
  const ratesOf = (value: (one: Judged) => number): Map<string, FaultRate> => {
    if (judged.length === 0) return new Map();
    const means = meanScores(
      judged.map((one) => ({ caption: one.caption, rater: one.rater, arm: one.arm, score: value(one) })),
    );
    // Neither a share of words nor a number of places is below 0.
    return new Map(
      standaloneRatings(means, coverage).map(({ value: mean, low, high }, index) => [
        means.arms[index]!,
        { value: mean, low: Math.max(0, low), high },
      ]),
    );
  };
  const missedShares = ratesOf(({ missed, words }) => missed.size / Math.max(1, words.length));
  const wrongPlaces = ratesOf(({ points }) => points.length);
  return {
    arms: arms
      .map((arm) => ({ arm, judged: judged.filter((one) => one.arm === arm).length }))
      .filter(({ judged: count }) => count > 0)
      .map(({ arm, judged: count }) => ({
        arm,
        judged: count,
        missedShare: missedShares.get(arm)!,
        wrongPlaces: wrongPlaces.get(arm)!,
      })),
    wordAgreement: krippendorffAlpha(
      judged.flatMap(({ caption, rater, arm, words, missed }) =>
        words.map((_, index) => ({
          unit: JSON.stringify([caption, arm, index]),
          cluster: caption,
          rater,
          value: missed.has(index) ? 1 : 0,
        })),
      ),
      { level: "nominal", coverage },
    ),
    images: markedImages(judged),
  };
}

function judgedImages({ caption, rater, shown, marks, imageSha256s }: MarkedAnswer): Judged[] {
  const words = splitCaptionWords(caption);
  return shown.map((arm, place) => {
    const own = marks.filter((mark) => mark.place === place);
    return {
      caption,
      rater,
      arm,
      sha256: imageSha256s[place]!,
      words,
      missed: new Set(own.flatMap(({ missedWords }) => missedWords)),
      points: own.flatMap(({ wrongPoints }) => wrongPoints),
    };
  });
}

function markedImages(judged: readonly Judged[]): MarkedImage[] {
  const byImage = new Map<string, Judged[]>();
  for (const one of judged) {
    const key = JSON.stringify([one.caption, one.arm]);
    const known = byImage.get(key);
    if (known) known.push(one);
    else byImage.set(key, [one]);
  }
  return [...byImage.values()]
    .map((own) => {
      const [{ caption, arm, sha256, words }] = own as [Judged, ...Judged[]];
      const points = own.flatMap((one) => one.points);
      const marks = own.reduce((sum, { missed }) => sum + missed.size, points.length);
      return {
        marksPerJudgement: marks / own.length,
        image: {
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
    .map(({ image }) => image);
}
