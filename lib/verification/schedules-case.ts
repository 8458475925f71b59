/** Cases PREFIX.json of noise schedules, respaced timesteps, and the coefficients of respaced processes. */
import { basename } from "node:path";
import { z } from "zod";
import { createDiffusion } from "@/lib/diffusion/process/gaussian-diffusion";
import { spaceTimesteps } from "@/lib/diffusion/process/respacing";
import { noiseSchedule, noiseScheduleNames } from "@/lib/diffusion/process/schedules";
import { SemblanceError } from "@/lib/errors";
import type { CaseKind, CheckedGroup } from "./case-kind";
import { compareEach, compareExactly, compareRelatively, type Measured } from "./measured";
import { checkContent, readReferenceJson } from "./reference-json";

const TOLERANCE = 1e-9;

/** Steps of the published models' process; `space_timesteps_N` states others. */
const PUBLISHED_STEPS = 1000;

const numbers = z.array(z.number());
const byStep = z.record(z.string().regex(/^\d+$/), z.number());
const byRespacing = z.record(z.string(), numbers);

const coefficients = z.object({
  timestep_map: numbers.optional(),
  betas: numbers.optional(),
  alphas_cumprod: numbers.optional(),
  alphas_cumprod_prev: numbers.optional(),
  posterior_variance: numbers.optional(),
  posterior_log_variance_clipped: numbers.optional(),
  posterior_mean_coef1: numbers.optional(),
  posterior_mean_coef2: numbers.optional(),
});

const SCHEDULE = `(?<name>${noiseScheduleNames.join("|")})`;
const keyPatterns = {
  betas: new RegExp(`^betas_${SCHEDULE}$`),
  sum: new RegExp(`^sum_betas_${SCHEDULE}$`),
  timesteps: /^space_timesteps_(?<steps>\d+)$/,
  spaced: new RegExp(`^spaced_${SCHEDULE}_(?<respacing>.+)$`),
};

/**
 * `betas_SCHEDULE` by timestep and `sum_betas_SCHEDULE`, `space_timesteps_N` by respacing, and
 * `spaced_SCHEDULE_RESPACING`. The full process has a thousand steps, or where N is always the same, that many.
 */
export const schedulesCase: CaseKind = {
  subject: "noise schedules",
  files: [".json"],
  recognises: (keys) => keys.some((key) => Object.values(keyPatterns).some((pattern) => pattern.test(key))),
  check,
};

async function check(prefix: string): Promise<CheckedGroup[]> {
  const path = `${prefix}.json`;
  const values = readReferenceJson(path, z.record(z.string(), z.unknown()));
  const steps = stepsOf(Object.keys(values));
  const groups = { schedules: [] as Measured[], respacing: [] as Measured[], coefficients: [] as Measured[] };
  for (const key of Object.keys(values)) {
    const valueAs = <Schema extends z.ZodType>(schema: Schema) =>
      checkContent(path, z.object({ [key]: schema }), values)[key] as z.infer<Schema>;
    const found = (kind: keyof typeof keyPatterns) => keyPatterns[kind].exec(key)?.groups;
    const schedule = found("betas") ?? found("sum");
    const timesteps = found("timesteps");
    const spaced = found("spaced");
    if (schedule !== undefined) {
      const betas = noiseSchedule(schedule.name as ScheduleName, steps);
      groups.schedules.push(
        ...(keyPatterns.sum.test(key)
          ? [
              compareValue(
                key,
                betas.reduce((sum, beta) => sum + beta, 0),
                valueAs(z.number()),
              ),
            ]
          : Object.entries(valueAs(byStep)).map(([step, beta]) =>
              compareValue(`${key} ${step}`, betas[Number(step)], beta),
            )),
      );
    } else if (timesteps !== undefined) {
      for (const [respacing, expected] of Object.entries(valueAs(byRespacing))) {
        const actual = spaceTimesteps(Number(timesteps.steps), respacing);
        groups.respacing.push(compareExactly(`${key} ${respacing}`, actual, expected));
      }
    } else if (spaced !== undefined) {
      const process = {
        noiseSchedule: spaced.name as ScheduleName,
        diffusionSteps: steps,
        respacing: spaced.respacing!,
      };
      groups.coefficients.push(...compareCoefficients(key, process, valueAs(coefficients.strict())));
    } else {
      throw new SemblanceError(
        "invalid_file",
        `${basename(path)}: nothing is known to compare with ${key}.`,
        {
          remedy: `Schedules are ${noiseScheduleNames.join(" and ")}; keys are betas_SCHEDULE, sum_betas_SCHEDULE, space_timesteps_N and spaced_SCHEDULE_RESPACING.`,
        },
      );
    }
  }
  return Object.entries(groups)
    .filter(([, measured]) => measured.length > 0)
    .map(([name, measured]) => ({ name, measured }));
}

type ScheduleName = (typeof noiseScheduleNames)[number];

function stepsOf(keys: readonly string[]): number {
  const stated = new Set(keys.flatMap((key) => keyPatterns.timesteps.exec(key)?.groups?.steps ?? []));
  return stated.size === 1 ? Number([...stated][0]) : PUBLISHED_STEPS;
}

/** What is not there, such as the β of a timestep beyond the last, passes no tolerance. */
function compareValue(part: string, actual: number | undefined, expected: number): Measured {
  return compareRelatively(part, [actual ?? Number.NaN], [expected], { tolerance: TOLERANCE });
}

function compareCoefficients(
  key: string,
  process: Parameters<typeof createDiffusion>[0],
  { timestep_map, ...expected }: z.infer<typeof coefficients>,
): Measured[] {
  const diffusion = createDiffusion(process);
  const actual: Record<keyof typeof expected, Float64Array> = {
    betas: diffusion.betas,
    alphas_cumprod: diffusion.alphasCumprod,
    alphas_cumprod_prev: diffusion.alphasCumprodPrevious,
    posterior_variance: diffusion.posteriorVariance,
    posterior_log_variance_clipped: diffusion.posteriorLogVarianceClipped,
    posterior_mean_coef1: diffusion.posteriorMeanCoef1,
    posterior_mean_coef2: diffusion.posteriorMeanCoef2,
  };
  const measured = Object.entries(actual).flatMap(([name, values]) => {
    const wanted = expected[name as keyof typeof expected];
    return wanted === undefined ? [] : compareEach(`${key}.${name}`, values, wanted, TOLERANCE);
  });
  if (timestep_map === undefined) return measured;
  return [compareExactly(`${key}.timestep_map`, diffusion.timesteps, timestep_map), ...measured];
}
