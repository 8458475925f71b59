import { describe, expect, it } from "vitest";
import { dueChecks, planChecks } from "@/lib/rating/checks/planned-checks";

const counts = { goldItems: 3, attentionChecks: 2, repeats: 2 };

describe("planChecks", () => {
  it("plans the requested checks, never first, with repeats from the fifth item on, reproducibly", () => {
    for (let rater = 0; rater < 50; rater++) {
      const planned = planChecks(`rater ${rater}`, 30, counts);
      expect(planChecks(`rater ${rater}`, 30, counts)).toEqual(planned);
      const kinds = [...planned.values()].sort();
      expect(kinds).toEqual(["attention", "attention", "gold", "gold", "gold", "repeat", "repeat"]);
      expect(Math.min(...planned.keys())).toBeGreaterThanOrEqual(1);
      for (const [place, kind] of planned) if (kind === "repeat") expect(place).toBeGreaterThanOrEqual(4);
    }
  });

  it("spreads them over the whole sequence, differently for every rater", () => {
    const places = Array.from({ length: 200 }, (_, rater) => [...planChecks(`r${rater}`, 30, counts).keys()]);
    expect(new Set(places.map((own) => own.join())).size).toBe(200);
    const mean = places.flat().reduce((sum, place) => sum + place, 0) / places.flat().length;
    // Uniform over 1 to 29 has the mean 15 and, over 1400 draws, a standard error of 0.2.
    expect(Math.abs(mean - 15.5)).toBeLessThan(1.5);
  });

  it("plans at most as many checks as there are places", () => {
    expect(planChecks("r", 3, counts).size).toBe(2);
  });
});

describe("dueChecks", () => {
  const planned = new Map([
    [2, "gold"],
    [5, "repeat"],
    [6, "repeat"],
  ] as const);

  it("returns the checks planned up to a place and not given yet, earliest first", () => {
    expect(dueChecks(planned, 1, { gold: 0, attention: 0, repeat: 0 })).toEqual([]);
    expect(dueChecks(planned, 2, { gold: 0, attention: 0, repeat: 0 })).toEqual(["gold"]);
    expect(dueChecks(planned, 6, { gold: 1, attention: 0, repeat: 1 })).toEqual(["repeat"]);
    expect(dueChecks(planned, 9, { gold: 0, attention: 0, repeat: 2 })).toEqual(["gold"]);
  });
});
