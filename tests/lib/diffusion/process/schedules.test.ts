/** Both noise schedules against the reference and against their definitions. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type NoiseScheduleName, noiseSchedule, noiseScheduleNames } from "@/lib/diffusion/process/schedules";
import { SemblanceError } from "@/lib/errors";
import { sharedPath } from "@/tests/shared";
import { expectClose } from "../expect-close";

const referencePath = sharedPath("parity/schedules.json");

describe.skipIf(referencePath === null)("noiseSchedule against the reference", () => {
  const reference = referencePath === null ? {} : JSON.parse(readFileSync(referencePath, "utf8"));

  it.each(noiseScheduleNames)("%s has its values to 1e-9", (name) => {
    const betas = noiseSchedule(name, 1000);
    const expected: Record<string, number> = reference[`betas_${name}`];
    expect(Object.keys(expected).length).toBeGreaterThan(5);
    for (const [step, beta] of Object.entries(expected)) expectClose(betas[Number(step)], beta, 1e-9);
    expectClose(
      betas.reduce((sum, beta) => sum + beta, 0),
      reference[`sum_betas_${name}`],
      1e-9,
    );
  });
});

describe("noiseSchedule", () => {
  it("adds the same total noise for any number of steps", () => {
    // Sums of β; the linear schedule's is exact, the cosine's differs where β is capped.
    const sum = (steps: number) => noiseSchedule("linear", steps).reduce((total, beta) => total + beta, 0);
    expectClose(sum(250), sum(1000), 1e-12);
  });

  it("follows the squared cosine below the cap", () => {
    const betas = noiseSchedule("squaredcos_cap_v2", 100);
    const signal = betas.subarray(0, 60).reduce((product, beta) => product * (1 - beta), 1);
    const cosine = (time: number) => Math.cos(((time + 0.008) / 1.008) * (Math.PI / 2)) ** 2;
    expectClose(signal, cosine(0.6) / cosine(0), 1e-12);
    expect(betas[99]).toBe(0.999);
  });

  it("rejects unknown schedules", () => {
    expect(() => noiseSchedule("linear", 0)).toThrow(SemblanceError);
    expect(() => noiseSchedule("quadratic" as NoiseScheduleName, 10)).toThrow(/quadratic/);
  });
});
