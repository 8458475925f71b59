/** When a run is said to overfit: seldom without cause, soon where there is one. */
import { expect, test } from "vitest";
import { firstAlarm } from "@/bench/overfitting-alarms";
import { findOverfitting } from "@/lib/diffusion/training/overfitting";
import { Random } from "@/lib/numerics/random";

const usual = {
  images: 32,
  validations: 30,
  common: 0.002,
  correlation: 0.5,
  own: 0.02,
  trainingSlope: -0.002,
  heldOutSlope: 0,
};

function alarms(changes: Partial<typeof usual>, runs: number) {
  return Array.from({ length: runs }, (_, number) =>
    firstAlarm({ ...usual, ...changes }, new Random(11, number)),
  );
}

test("a held-out loss that only wanders raises no alarm in 60 runs, while training falls", () => {
  expect(alarms({}, 60).filter((alarm) => alarm !== null)).toHaveLength(0);
});

test("one that rises as fast as training falls raises it within 25 validations", () => {
  for (const alarm of alarms({ heldOutSlope: 0.002 }, 10)) expect(alarm).toBeLessThanOrEqual(25);
});

test("one that rises together with the training loss is no overfitting", () => {
  expect(alarms({ heldOutSlope: 0.002, trainingSlope: 0.002 }, 10)).toEqual(Array(10).fill(null));
});

test("tells since when and by how much, from paired differences", () => {
  const heldOut = [3, 2, 1, 1, 1, 2, 3, 4];
  const points = heldOut.map((loss, index) => ({
    step: 100 * index,
    // Images differ far more than one image changes.
    heldOut: [loss, loss + 50, loss + 99],
    training: [8 - index, 58 - index, 107 - index],
  }));
  const found = findOverfitting(points.slice(0, 8))!;
  expect(findOverfitting(points.slice(0, 5))).toBeNull();
  // A change of 2 against a scatter of about 0.5 is not certain yet.
  expect(found).toBeNull();
  const steady = points.map((point, index) => {
    const loss = Math.max(0, index - 2) + 1;
    return { ...point, heldOut: [loss, loss + 50, loss + 99] };
  });
  expect(findOverfitting(steady)).toEqual({
    sinceStep: 100,
    heldOut: { difference: expect.closeTo(4, 12), low: expect.any(Number), high: expect.any(Number) },
    training: {
      difference: expect.closeTo(-5, 12),
      low: expect.closeTo(-5, 6),
      high: expect.closeTo(-5, 6),
    },
  });
});
