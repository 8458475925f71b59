/** Noise schedules: how much noise each step of the forward process adds. */
import { SemblanceError } from "@/lib/errors";

export const noiseScheduleNames = ["linear", "squaredcos_cap_v2"] as const;

/** The names are those of the reference's options. */
export type NoiseScheduleName = (typeof noiseScheduleNames)[number];

/**
 * The variances β_0 … β_{steps-1} of the noise added at each step, in float64.
 *
 * @throws SemblanceError invalid_input for fewer than one step or an unknown name.
 */
export function noiseSchedule(name: NoiseScheduleName, steps: number): Float64Array<ArrayBuffer> {
  if (!Number.isSafeInteger(steps) || steps < 1) {
    throw new SemblanceError("invalid_input", `A noise schedule cannot have ${steps} steps.`, {
      remedy: "Give a whole number of at least 1; published models use 1000.",
    });
  }
  switch (name) {
    case "linear":
      return linearBetas(steps);
    case "squaredcos_cap_v2":
      return cosineBetas(steps);
    default:
      throw new SemblanceError("invalid_input", `There is no noise schedule ${String(name)}.`, {
        remedy: `Choose one of ${noiseScheduleNames.join(", ")}.`,
      });
  }
}

/**
 * β rises evenly from 1e-4 to 0.02 over 1000 steps (Ho et al. 2020, arXiv 2006.11239, section 4). For other numbers
 * of steps both ends are scaled, so that the same noise is added in all.
 */
function linearBetas(steps: number): Float64Array<ArrayBuffer> {
  const scale = 1000 / steps;
  const first = scale * 1e-4;
  const last = scale * 0.02;
  const betas = new Float64Array(steps);
  for (let step = 0; step < steps; step++)
    betas[step] = first + (step * (last - first)) / Math.max(1, steps - 1);
  return betas;
}

/**
 * The part of the signal's power that is left at time u in [0, 1] is cos²(π/2 · (u + 0.008) / 1.008) (Nichol and
 * Dhariwal 2021, arXiv 2102.09672, equation 17); β is capped at 0.999, because it would reach 1 at the end.
 */
function cosineBetas(steps: number): Float64Array<ArrayBuffer> {
  const signalPower = (time: number) => Math.cos((((time + 0.008) / 1.008) * Math.PI) / 2) ** 2;
  const betas = new Float64Array(steps);
  for (let step = 0; step < steps; step++) {
    betas[step] = Math.min(1 - signalPower((step + 1) / steps) / signalPower(step / steps), 0.999);
  }
  return betas;
}
