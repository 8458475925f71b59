/** Which steps respacing keeps, against the reference and at its edges. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { respaceBetas, spaceTimesteps } from "@/lib/diffusion/process/respacing";
import { noiseSchedule } from "@/lib/diffusion/process/schedules";
import { SemblanceError } from "@/lib/errors";
import { sharedPath } from "@/tests/shared";
import { expectClose } from "../expect-close";

const referencePath = sharedPath("parity/schedules.json");

describe.skipIf(referencePath === null)("spaceTimesteps against the reference", () => {
  const cases: Record<string, number[]> =
    referencePath === null ? {} : JSON.parse(readFileSync(referencePath, "utf8")).space_timesteps_1000;

  it.each(Object.entries(cases))("keeps the same steps for %s", (spec, expected) => {
    expect(spaceTimesteps(1000, spec)).toEqual(expected);
  });
});

describe("spaceTimesteps", () => {
  it("keeps everything for an empty spec", () => {
    expect(spaceTimesteps(4, "")).toEqual([0, 1, 2, 3]);
  });

  it("puts the larger sections first if the steps do not divide evenly", () => {
    // 11 steps in three sections are 4, 4 and 3; each keeps its first and last step.
    expect(spaceTimesteps(11, "2,2,2")).toEqual([0, 3, 4, 7, 8, 10]);
  });

  it("rounds halves to even, as the reference does", () => {
    // 6 steps in 3: positions 0, 2.5 and 5.
    expect(spaceTimesteps(6, "3")).toEqual([0, 2, 5]);
  });

  it("keeps one step as the first of its section", () => {
    expect(spaceTimesteps(10, "1")).toEqual([0]);
  });

  it("moves only the last step of fast27", () => {
    const sections = spaceTimesteps(1000, "10,10,3,2,2");
    const fast = spaceTimesteps(1000, "fast27");
    expect(fast.slice(0, -1)).toEqual(sections.slice(0, -1));
    expect(fast.at(-1)).toBe(997);
  });

  it.each(["1001", "ddim7x", "ddim999", "10;10", "abc", "-5", "0", "600,10"])("refuses %s", (spec) => {
    expect(() => spaceTimesteps(1000, spec)).toThrow(SemblanceError);
  });
});

describe("respaceBetas", () => {
  it("has the same signal at each kept step as the full process", () => {
    const betas = noiseSchedule("squaredcos_cap_v2", 1000);
    const kept = spaceTimesteps(1000, "27");
    const respaced = respaceBetas(betas, kept);
    let signal = 1;
    let full = 1;
    let next = 0;
    for (const [step, beta] of betas.entries()) {
      full *= 1 - beta;
      if (kept[next] !== step) continue;
      signal *= 1 - (respaced[next++] as number);
      expectClose(signal, full, 1e-9);
    }
    expect(next).toBe(27);
  });
});
