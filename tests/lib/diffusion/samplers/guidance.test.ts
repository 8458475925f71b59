/** Classifier-free guidance at scales with a known result, and beyond. */
import { describe, expect, it } from "vitest";
import { guide } from "@/lib/diffusion/samplers/guidance";
import { SemblanceError } from "@/lib/errors";

describe("guide", () => {
  const conditional = Float32Array.of(1, 2, -3);
  const unconditional = Float32Array.of(0, 2, -1);

  it("is the conditional prediction at scale 1 and the unconditional one at 0", () => {
    expect(guide(conditional, unconditional, 1)).toEqual(conditional);
    expect(guide(conditional, unconditional, 0)).toEqual(unconditional);
  });

  it("extrapolates in the caption's direction beyond 1", () => {
    expect([...guide(conditional, unconditional, 3)]).toEqual([3, 2, -7]);
  });

  it("rejects halves of different length", () => {
    expect(() => guide(conditional, new Float32Array(2), 3)).toThrow(SemblanceError);
  });
});
