import { describe, expect, test } from "vitest";
import { dawidSkene, votesToLabels } from "@/lib/statistics/dawid-skene";
import { createRandom } from "@/lib/statistics/random";
import { votesToTable } from "@/lib/statistics/vote-table";

/** Labels of 2 classes by raters whose chance of the correct answer is known. */
function simulateLabels(accuracies: readonly number[], itemCount: number, seed: number) {
  const random = createRandom(seed);
  const truth = Array.from({ length: itemCount }, () => (random.nextUniform() < 0.7 ? 0 : 1));
  const labels = truth.flatMap((truthOfItem, item) =>
    accuracies.map((accuracy, rater) => ({
      item,
      rater,
      label: random.nextUniform() < accuracy ? truthOfItem : 1 - truthOfItem,
    })),
  );
  return {
    truth,
    labels: {
      item: Int32Array.from(labels, ({ item }) => item),
      rater: Int32Array.from(labels, ({ rater }) => rater),
      label: Int32Array.from(labels, ({ label }) => label),
      itemCount,
      raterCount: accuracies.length,
      classCount: 2,
    },
  };
}

describe("Dawid and Skene's model", () => {
  const accuracies = [0.95, 0.9, 0.8, 0.7, 0.5];
  const { truth, labels } = simulateLabels(accuracies, 800, 2);
  const result = dawidSkene(labels);

  test("estimates how often each rater is right without knowing the truth", () => {
    accuracies.forEach((accuracy, rater) => {
      // 800 items: standard error up to 0.018; three of them.
      expect(Math.abs(result.reliability[rater]! - accuracy)).toBeLessThan(0.055);
    });
    expect(Math.abs(result.prior[0]! - 0.7)).toBeLessThan(0.05);
  });

  test("classifies the items better than the majority", () => {
    const isRight = (guess: (item: number) => boolean) =>
      truth.filter((one, item) => guess(item) === (one === 1)).length;
    const votesForOne = new Float64Array(800);
    labels.item.forEach((item, i) => {
      votesForOne[item]! += labels.label[i]!;
    });
    const byModel = isRight((item) => result.posterior[item * 2 + 1]! > 0.5);
    expect(byModel).toBeGreaterThan(isRight((item) => votesForOne[item]! > 2.5));
  });

  test("probabilities are probabilities", () => {
    for (let item = 0; item < 800; item++) {
      expect(result.posterior[item * 2]! + result.posterior[item * 2 + 1]!).toBeCloseTo(1, 12);
    }
    for (let row = 0; row < result.confusion.length; row += 2) {
      expect(result.confusion[row]! + result.confusion[row + 1]!).toBeCloseTo(1, 12);
    }
  });

  test("a rater with one unusual answer is not called unreliable", () => {
    const { labels: many } = simulateLabels([0.95, 0.95, 0.95], 200, 3);
    const withNewcomer = {
      ...many,
      item: Int32Array.of(...many.item, 0),
      rater: Int32Array.of(...many.rater, 3),
      label: Int32Array.of(...many.label, 1 - many.label[0]!),
      raterCount: 4,
    };
    const { reliability } = dawidSkene(withNewcomer);
    expect(reliability[3]!).toBeGreaterThan(0.6);
    expect(reliability[3]!).toBeLessThan(reliability[0]!);
  });
});

test("votes become labels of the better arm, whichever side it was on; ties and “both bad” are left out", () => {
  const vote = (left: string, right: string, winner: "left" | "right" | "tie" | "both_bad") => ({
    caption: "c",
    rater: "r",
    left,
    right,
    winner,
  });
  const { item, label, itemCount } = votesToLabels(
    votesToTable([
      vote("a", "b", "left"),
      vote("b", "a", "left"),
      vote("b", "a", "right"),
      vote("a", "c", "right"),
      vote("a", "b", "tie"),
      vote("a", "b", "both_bad"),
    ]),
  );
  expect([...label]).toEqual([0, 1, 0, 1]);
  expect([...item]).toEqual([0, 0, 0, 1]);
  expect(itemCount).toBe(2);
});
