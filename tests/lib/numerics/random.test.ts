/** Random streams: published vectors, moments, and continuation from a saved state. */
import { describe, expect, test } from "vitest";
import { normalQuantile } from "@/lib/numerics/normal-quantile";
import { philox4x32, type Words4 } from "@/lib/numerics/philox";
import { Random } from "@/lib/numerics/random";

const ones = 0xffffffff;

test.each<[Words4, [number, number], string]>([
  [[0, 0, 0, 0], [0, 0], "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
  [[ones, ones, ones, ones], [ones, ones], "408f276d 41c83b0e a20bc7c6 6d5451fd"],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    "d16cfe09 94fdcceb 5001e420 24126ea1",
  ],
])("Philox 4x32-10 gives the known answers of Random123: %j, %j", (counter, key, words) => {
  expect(
    philox4x32(counter, key)
      .map((word) => word.toString(16).padStart(8, "0"))
      .join(" "),
  ).toBe(words);
});

test.each([
  [0.5, 0],
  [0.6, 0.2533471031357997],
  [0.975, 1.959963984540054],
  [0.999, 3.090232306167813],
  [1e-9, -5.997807015007687],
])("the normal quantile of %f is %f", (probability, quantile) => {
  expect(normalQuantile(probability)).toBeCloseTo(quantile, 13);
});

describe("a stream", () => {
  test("draws the same numbers on every machine", () => {
    const random = new Random(42);
    expect([random.uniform(), random.integer(1000), random.normal(), random.normal()]).toMatchInlineSnapshot(`
      [
        0.6129598801477738,
        917,
        -0.41011294252472946,
        2.2482116354861392,
      ]
    `);
    expect([...random.permutation(8)]).toMatchInlineSnapshot(`
      [
        0,
        2,
        6,
        4,
        3,
        1,
        7,
        5,
      ]
    `);
    expect([...random.normals(2)]).toMatchInlineSnapshot(`
      [
        0.6116014719009399,
        0.4416806697845459,
      ]
    `);
  });

  test("continues exactly from a saved state, at every phase of a block", () => {
    for (let drawn = 0; drawn < 9; drawn++) {
      const random = new Random(2n ** 60n + 7n, 3);
      for (let word = 0; word < drawn; word++) random.normal();
      const resumed = Random.fromState(JSON.parse(JSON.stringify(random.state())));
      expect(resumed.normals(10)).toEqual(random.normals(10));
    }
  });

  test("still advances far beyond 2^32 blocks", () => {
    const position = 2 ** 36;
    const far = Random.fromState({ seed: "1", stream: "0", position });
    expect(far.normals(4)).not.toEqual(Random.fromState({ seed: "1", stream: "0", position: 0 }).normals(4));
    expect(far.state().position).toBe(position + 4);
  });

  test("differs by seed and by stream", () => {
    const streams = [
      new Random(1),
      new Random(2),
      new Random(1, 1),
      new Random(1n << 32n),
      new Random(0, 1n << 32n),
    ];
    expect(new Set(streams.map((random) => random.uniform())).size).toBe(streams.length);
  });

  test.each([
    ["a fractional seed", () => new Random(0.5)],
    ["no range", () => new Random(1).integer(0)],
    ["a damaged state", () => Random.fromState({ seed: "x", stream: "0", position: 0 })],
  ])("refuses %s", (_, build) => {
    expect(build).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });
});

// Bounds are five standard errors of each statistic at this sample size: a right generator fails one in 10^6.
describe("100,000 draws", () => {
  const size = 100_000;

  test("normals have the moments of the standard normal distribution", () => {
    const values = new Random(7).normals(size);
    const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / size;
    const standardErrors = [1, Math.sqrt(2), Math.sqrt(15), Math.sqrt(96)].map((sd) => sd / Math.sqrt(size));
    for (const [index, expected] of [0, 1, 0, 3].entries()) {
      expect(Math.abs(moment(index + 1) - expected)).toBeLessThan(5 * standardErrors[index]!);
    }
  });

  test("uniforms fill [0, 1) evenly, integers every residue", () => {
    const random = new Random(8);
    const counts = new Float64Array(14);
    for (let draw = 0; draw < size; draw++) {
      counts[Math.floor(random.uniform() * 7)]! += 1;
      counts[7 + random.integer(7)]! += 1;
    }
    const standardError = Math.sqrt(size * (1 / 7) * (6 / 7));
    for (const count of counts) expect(Math.abs(count - size / 7)).toBeLessThan(5 * standardError);
  });

  test("permutations put each item at each place equally often", () => {
    const random = new Random(9);
    const rounds = size / 10;
    const counts = new Float64Array(25);
    for (let round = 0; round < rounds; round++) {
      random.permutation(5).forEach((item, place) => {
        counts[item * 5 + place]! += 1;
      });
    }
    const standardError = Math.sqrt(rounds * 0.2 * 0.8);
    for (const count of counts) expect(Math.abs(count - rounds / 5)).toBeLessThan(5 * standardError);
  });
});
