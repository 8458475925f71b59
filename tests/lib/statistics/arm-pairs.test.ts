/** With few opponents, arms occur equally often and all are linked. */
import { describe, expect, test } from "vitest";
import { armPairCount, armPairs } from "@/lib/statistics/arm-pairs";
import { createRandom } from "@/lib/statistics/random";

function shuffled(count: number, seed: number): number[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, arm) => ({ arm, key: random.nextUniform() }))
    .sort((a, b) => a.key - b.key)
    .map(({ arm }) => arm);
}

function metByArm(pairs: readonly (readonly [number, number])[], count: number): Set<number>[] {
  const met = Array.from({ length: count }, () => new Set<number>());
  for (const [a, b] of pairs) {
    met[a]!.add(b);
    met[b]!.add(a);
  }
  return met;
}

describe("armPairs", () => {
  test("are all pairs, in order, without a number of opponents or with all others", () => {
    const all = [
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
      [2, 3],
    ];
    for (const opponents of [null, 3, 50]) expect(armPairs([2, 0, 3, 1], opponents)).toEqual(all);
    expect(armPairs([1, 0], 1)).toEqual([[0, 1]]);
  });

  test.each([
    [7, 2, 2],
    [8, 3, 3],
    [8, 1, 1],
    [9, 4, 4],
    [9, 5, 6],
    [40, 4, 4],
    [101, 99, 100],
  ])("give each of %i arms that asks for %i opponents exactly %i different ones", (count, opponents, met) => {
    const pairs = armPairs(shuffled(count, 5), opponents);
    expect(metByArm(pairs, count).map((others) => others.size)).toEqual(Array(count).fill(met));
    expect(pairs).toHaveLength(armPairCount(count, opponents));
    expect(pairs.every(([first, second]) => first < second)).toBe(true);
  });

  test("link all arms from two opponents on", () => {
    const met = metByArm(armPairs(shuffled(30, 2), 2), 30);
    const reached = new Set([0]);
    for (const arm of reached) for (const other of met[arm]!) reached.add(other);
    expect(reached.size).toBe(30);
  });
});
