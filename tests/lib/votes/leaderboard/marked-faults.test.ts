import { expect, it } from "vitest";
import { type MarkedAnswer, markedFaults } from "@/lib/votes/leaderboard/marked-faults";

const captions = ["a red dog runs", "two cats sleep here", "a blue car", "one tree", "an old man reads"];
const raters = ["r1", "r2", "r3", "r4", "r5", "r6"];

/** Everybody misses the second word in the image of "tuned"; only `r1` marks a place, in the photograph. */
const answers = captions.flatMap((caption) =>
  raters.map((rater, index): MarkedAnswer => {
    const shown = index % 2 === 0 ? ["real", "tuned"] : ["tuned", "real"];
    const marks = [{ place: shown.indexOf("tuned"), missedWords: [1], wrongPoints: [] }];
    const point = { place: shown.indexOf("real"), missedWords: [], wrongPoints: [{ x: 0.5, y: 0.25 }] };
    return {
      caption,
      rater,
      shown,
      marks: rater === "r1" ? [...marks, point] : marks,
      imageSha256s: shown.map((arm) => `${arm} ${caption}`),
    };
  }),
);

it("finds marks by the image in which they were made, whichever side it was on", () => {
  const { arms, images, wordAgreement } = markedFaults(answers, ["real", "tuned", "never shown"]);
  expect(arms.map(({ arm, judged }) => [arm, judged])).toEqual([
    ["real", 30],
    ["tuned", 30],
  ]);
  const [real, tuned] = arms;
  expect(real!.missedShare.value).toBe(0);
  expect(real!.wrongPlaces.value).toBeCloseTo(1 / 6, 12);
  // One word of four, four, three, two and four.
  expect(tuned!.missedShare.value).toBeCloseTo((3 / 4 + 1 / 3 + 1 / 2) / 5, 12);
  expect(tuned!.missedShare.low).toBeLessThan(tuned!.missedShare.value);
  expect(tuned!.wrongPlaces.value).toBe(0);
  expect(wordAgreement.value).toBeCloseTo(1, 12);

  expect(images).toHaveLength(10);
  expect(images[0]).toMatchObject({ arm: "tuned", judged: 6, points: [] });
  expect(images.find(({ caption, arm }) => caption === "a red dog runs" && arm === "tuned")).toEqual({
    caption: "a red dog runs",
    arm: "tuned",
    sha256: "tuned a red dog runs",
    judged: 6,
    words: [
      { word: "a", marked: 0 },
      { word: "red", marked: 6 },
      { word: "dog", marked: 0 },
      { word: "runs", marked: 0 },
    ],
    points: [],
  });
  expect(images.find(({ arm }) => arm === "real")!.points).toEqual([{ x: 0.5, y: 0.25 }]);
});

it("is empty without answers", () => {
  const none = markedFaults([], ["real"]);
  expect(none).toMatchObject({ arms: [], images: [], wordAgreement: { value: null } });
});
