/** Sampling with fewer steps than the model was trained with: which steps to keep, and their noise variances. */
import { SemblanceError } from "@/lib/errors";

/**
 * The steps to keep, ascending. `spec` is one of
 * - "": all of them;
 * - "27", "10,15,20": the steps are cut into as many equal sections as there are numbers, and each section keeps
 *   that many, from its first to its last, evenly;
 * - "ddim25": every n-th step from 0 on, for the smallest whole n that gives 25 (Song et al. 2021, arXiv 2010.02502);
 * - "fast27": "10,10,3,2,2" with the last step moved two down, GLIDE's choice for its upsampler.
 *
 * Source: openai/glide-text2im, glide_text2im/respace.py.
 *
 * @throws SemblanceError invalid_input where the spec is malformed or asks for more steps than there are.
 */
export function spaceTimesteps(stepCount: number, spec: string): number[] {
  const trimmed = spec.trim();
  if (trimmed === "") return Array.from({ length: stepCount }, (_, step) => step);
  if (trimmed === "fast27") {
    const steps = spaceSections(stepCount, [10, 10, 3, 2, 2], trimmed);
    return [...new Set(steps.slice(0, -1)).add(stepCount - 3)].sort((a, b) => a - b);
  }
  const ddim = /^ddim(\d+)$/.exec(trimmed);
  if (ddim !== null) return spaceEvenly(stepCount, Number(ddim[1]), trimmed);
  if (!/^\d+(\s*,\s*\d+)*$/.test(trimmed)) throw respacingError(stepCount, trimmed);
  return spaceSections(stepCount, trimmed.split(",").map(Number), trimmed);
}

function respacingError(stepCount: number, spec: string): SemblanceError {
  return new SemblanceError(
    "invalid_input",
    `"${spec.slice(0, 60)}" does not choose steps out of ${stepCount}.`,
    {
      remedy: 'Give a number of steps like "100", sections like "10,10,5", "ddim50" or "fast27".',
    },
  );
}

function spaceEvenly(stepCount: number, wanted: number, spec: string): number[] {
  for (let stride = 1; stride < stepCount; stride++) {
    if (Math.ceil(stepCount / stride) === wanted) {
      return Array.from({ length: wanted }, (_, index) => index * stride);
    }
  }
  throw respacingError(stepCount, spec);
}

function spaceSections(stepCount: number, counts: readonly number[], spec: string): number[] {
  const smallest = Math.floor(stepCount / counts.length);
  const larger = stepCount % counts.length;
  const steps: number[] = [];
  let start = 0;
  for (const [section, count] of counts.entries()) {
    const size = smallest + (section < larger ? 1 : 0);
    if (count > size) throw respacingError(stepCount, spec);
    const stride = count > 1 ? (size - 1) / (count - 1) : 1;
    // The position is summed and not multiplied: the sum's rounding decides ties, and the reference sums.
    let position = 0;
    for (let index = 0; index < count; index++) {
      steps.push(start + roundHalfToEven(position));
      position += stride;
    }
    start += size;
  }
  if (steps.length === 0) throw respacingError(stepCount, spec);
  return steps;
}

/** Rounds as Python and IEEE 754 do. */
function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/**
 * The variances of a process that visits only `timesteps`, with the same total noise at each of them as the full
 * process: 1 - β' = ᾱ_t / ᾱ_(the step kept before t).
 *
 * @param betas variances of the full process.
 * @param timesteps steps to keep, ascending, each below betas.length.
 */
export function respaceBetas(betas: Float64Array, timesteps: readonly number[]): Float64Array<ArrayBuffer> {
  const kept = new Float64Array(timesteps.length);
  let signalPower = 1;
  let powerAtLastKept = 1;
  let next = 0;
  for (const [step, beta] of betas.entries()) {
    signalPower *= 1 - beta;
    if (timesteps[next] !== step) continue;
    kept[next] = 1 - signalPower / powerAtLastKept;
    powerAtLastKept = signalPower;
    next++;
  }
  return kept;
}
