/** Which images are judged together. */
import { describe, expect, it } from "vitest";
import { planRegularItems } from "@/lib/studies/plan/study-items";

const captions = [
  { id: "c1", text: "a dog" },
  { id: "c2", text: "two dogs" },
];
const arms = (count: number) =>
  Array.from({ length: count }, (_, arm) => ({
    armId: `arm-${arm}`,
    sha256ByCaption: new Map(captions.map(({ id }) => [id, `${id}-${arm}`])),
  }));

const all = { opponents: null, seed: 1 };

describe("planRegularItems", () => {
  it("makes all pairs, single images, or one set of all arms", () => {
    const items = (["pair", "likert", "ranking", "best-worst"] as const).map((questionType) =>
      planRegularItems([{ id: "q", questionType }], captions, arms(4), all).map((item) => item.images.length),
    );
    expect(items).toEqual([Array(12).fill(2), Array(8).fill(1), [4, 4], [4, 4]]);
  });

  it("pairs each of many arms with the requested number of opponents, different ones for different captions", () => {
    const items = planRegularItems([{ id: "q", questionType: "pair" }], captions, arms(60), {
      opponents: 4,
      seed: 1,
    });
    const contests = captions.map(({ id }) =>
      items.filter(({ captionId }) => captionId === id).map(({ contest }) => contest),
    );
    for (const own of contests) {
      expect(own).toHaveLength(120);
      for (let arm = 0; arm < 60; arm++) {
        expect(own.filter((contest) => contest.split(" ").includes(`arm-${arm}`))).toHaveLength(4);
      }
    }
    expect(contests[0]!.filter((contest) => contests[1]!.includes(contest)).length).toBeLessThan(30);
  });

  it("shows each of many arms equally often, five at a time", () => {
    const items = planRegularItems([{ id: "q", questionType: "ranking" }], captions, arms(9), all);
    const shown = new Map<string, number>();
    for (const { images } of items) {
      expect(new Set(images.map((image) => image.armId)).size).toBe(5);
      for (const { armId } of images) shown.set(armId!, (shown.get(armId!) ?? 0) + 1);
    }
    expect([...shown.values()]).toEqual(Array(9).fill(10));
  });
});
