/** Counts whether every position and every neighbour occurs equally often. */
import { describe, expect, it } from "vitest";
import { planSeats, williamsDesign } from "@/lib/studies/plan/counterbalance";
import type { PlannedItem } from "@/lib/studies/plan/planned-item";

function itemsOf(captions: number, arms: number): PlannedItem[] {
  return Array.from({ length: captions }, (_, caption) => ({
    kind: "REGULAR" as const,
    criterionId: "question",
    captionId: `caption ${caption}`,
    captionText: "a dog",
    contest: Array.from({ length: arms }, (_, arm) => `arm-${arm}`).join(" "),
    expected: null,
    images: Array.from({ length: arms }, (_, arm) => ({
      armId: `arm-${arm}`,
      sha256: `${caption} ${arm}`,
    })),
  }));
}

function countOf(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

const places = (placement: number[]) => placement.map((image, place) => `${image} in place ${place}`);
const neighbours = (placement: number[]) =>
  placement.slice(1).map((image, place) => `${placement[place]} then ${image}`);

describe("williamsDesign", () => {
  it.each([2, 3, 4, 5, 6])(
    "puts each of %i things equally often in every place and beside every other",
    (n) => {
      const design = williamsDesign(n);
      expect(design).toHaveLength(n % 2 === 0 ? n : 2 * n);
      const each = n % 2 === 0 ? 1 : 2;
      const inPlaces = countOf(design.flatMap(places));
      expect(inPlaces.size).toBe(n * n);
      expect(new Set(inPlaces.values())).toEqual(new Set([each]));
      const beside = countOf(design.flatMap(neighbours));
      expect(beside.size).toBe(n * (n - 1));
      expect(new Set(beside.values())).toEqual(new Set([each]));
    },
  );
});

describe("planSeats", () => {
  it("puts each arm of a pair on either side equally often, to within one, in every round and in total", () => {
    for (const ratersPerItem of [1, 2, 3, 4, 5]) {
      for (const captions of [1, 2, 7, 20, 41]) {
        const seats = planSeats(itemsOf(captions, 2), ratersPerItem, 3).flat();
        const surplus = (of: typeof seats) =>
          Math.abs(of.reduce((sum, { placement }) => sum + (placement[0] === 0 ? 1 : -1), 0));
        expect(surplus(seats)).toBeLessThanOrEqual(1);
        for (let round = 0; round < ratersPerItem; round++) {
          expect(surplus(seats.filter((seat) => seat.round === round))).toBeLessThanOrEqual(1);
        }
      }
    }
  });

  it("does not derive sides from the order of the captions", () => {
    const sides = planSeats(itemsOf(40, 2), 1, 3).map(([seat]) => seat!.placement[0]);
    const changes = sides.filter((side, index) => index > 0 && side !== sides[index - 1]).length;
    expect(changes).toBeGreaterThan(10);
    expect(changes).toBeLessThan(30);
  });

  it.each([3, 4, 5, 6])("uses every row of the design for %i arms equally often, to within one", (arms) => {
    const rows = williamsDesign(arms).length;
    for (const ratersPerItem of [1, 2, 3, 4, 5, 7]) {
      const whole = planSeats(itemsOf(2 * rows, arms), ratersPerItem, 9);
      const placements = whole.flat().map(({ placement }) => placement);
      const each = (2 * rows * ratersPerItem) / arms;
      expect(new Set(countOf(placements.flatMap(places)).values())).toEqual(new Set([each]));
      const beside = countOf(placements.flatMap(neighbours));
      expect(beside.size).toBe(arms * (arms - 1));
      expect(new Set(beside.values())).toEqual(new Set([each]));
      for (const captions of [1, 3, rows - 1]) {
        const counts = countOf(
          planSeats(itemsOf(captions, arms), ratersPerItem, 9).flatMap((seats) =>
            seats.map(({ placement }) => placement.join(" ")),
          ),
        );
        const least = counts.size < rows ? 0 : Math.min(...counts.values());
        expect(Math.max(...counts.values()) - least).toBeLessThanOrEqual(1);
      }
    }
  });

  it("puts each image once in every position, over as many raters of an item as there are images", () => {
    for (const arms of [2, 3, 4, 5, 6]) {
      for (const seats of planSeats(itemsOf(5, arms), arms, 1)) {
        expect(new Set(countOf(seats.flatMap(({ placement }) => places(placement))).values())).toEqual(
          new Set([1]),
        );
      }
    }
  });

  it("depends only on the seed", () => {
    expect(planSeats(itemsOf(9, 3), 3, 1)).toEqual(planSeats(itemsOf(9, 3), 3, 1));
    expect(planSeats(itemsOf(9, 3), 3, 1)).not.toEqual(planSeats(itemsOf(9, 3), 3, 2));
  });
});
