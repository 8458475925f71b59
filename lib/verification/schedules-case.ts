/** Cases PREFIX.json of noise schedules, respaced timesteps, and the coefficients of respaced processes. */
import { basename } from "node:path";
import { z } from "zod";
import { createDiffusion } from "@/lib/diffusion/process/gaussian-diffusion";
import { spaceTimesteps } from "@/lib/diffusion/process/respacing";
import { type NoiseScheduleName, noiseSchedule, noiseScheduleNames } from "@/lib/diffusion/process/schedules";
import { SemblanceError } from "@/lib/errors";
import type { CaseKind, CheckedGroup } from "./case-kind";
import { compareEach, compareExactly, compareRelatively, type Measured } from "./measured";
import { checkContent, readReferenceJson } from "./reference-json";

const TOLERANCE = 1e-9;

/** Steps of the published models' process. */
const PUBLISHED_STEPS = 1000;

const numbers = z.array(z.number());
const byStep = z.record(z.string().regex(/^\d+$/), z.number());
const byRespacing = z.record(z.string(), numbers);

const coefficients = z.strictObject({
  timestep_map: numbers.optional(),
  betas: numbers.optional(),
  alphas_cumprod: numbers.optional(),
  alphas_cumprod_prev: numbers.optional(),
  posterior_variance: numbers.optional(),
  posterior_log_variance_clipped: numbers.optional(),
  posterior_mean_coef1: numbers.optional(),
  posterior_mean_coef2: numbers.optional(),
});

const SCHEDULE = `(?<schedule>${noiseScheduleNames.join("|")})`;

/** What the keys of a case look like, and what each kind of them holds. */
const keyKinds = {
  betas: { pattern: new RegExp(`^betas_${SCHEDULE}$`), schema: byStep },
  sum: { pattern: new RegExp(`^sum_betas_${SCHEDULE}$`), schema: z.number() },
  timesteps: { pattern: /^space_timesteps_(?<steps>\d+)$/, schema: byRespacing },
  spaced: { pattern: new RegExp(`^spaced_${SCHEDULE}_(?<respacing>.+)$`), schema: coefficients },
};
type KeyKind = keyof typeof keyKinds;

/** Of one kind all keys, what their names say, and their values. */
type Entries<Kind extends KeyKind> = {
  readonly key: string;
  readonly schedule: NoiseScheduleName;
  readonly respacing: string;
  readonly steps: number;
  readonly value: z.infer<(typeof keyKinds)[Kind]["schema"]>;
}[];

/**
 * `betas_SCHEDULE` by timestep and `sum_betas_SCHEDULE`, `space_timesteps_N` by respacing, and
 * `spaced_SCHEDULE_RESPACING`.
 */
export const schedulesCase: CaseKind = {
  subject: "noise schedules",
  files: [".json"],
  recognises: (keys) => keys.some((key) => kindOf(key) !== undefined),
  check,
};

function kindOf(key: string): KeyKind | undefined {
  return (Object.keys(keyKinds) as KeyKind[]).find((kind) => keyKinds[kind].pattern.test(key));
}

async function check(prefix: string): Promise<CheckedGroup[]> {
  const path = `${prefix}.json`;
  const content = readReferenceJson(path, z.record(z.string(), z.unknown()));
  refuseUnknownKeys(path, Object.keys(content));
  const [betas, sums] = [entriesOf(path, content, "betas"), entriesOf(path, content, "sum")];
  const [timesteps, spaced] = [entriesOf(path, content, "timesteps"), entriesOf(path, content, "spaced")];
  const diffusionSteps = stepsOf(betas, timesteps, spaced);
  const schedules = [
    ...betas.flatMap(({ key, schedule, value }) => {
      const actual = noiseSchedule(schedule, diffusionSteps);
      return Object.entries(value).map(([step, beta]) =>
        compareValue(`${key} ${step}`, actual[Number(step)], beta),
      );
    }),
    ...sums.map(({ key, schedule, value }) => {
      const sum = noiseSchedule(schedule, diffusionSteps).reduce((total, beta) => total + beta, 0);
      return compareValue(key, sum, value);
    }),
  ];
  const respacing = timesteps.flatMap(({ key, steps, value }) =>
    Object.entries(value).map(([spec, kept]) =>
      compareExactly(`${key} ${spec}`, spaceTimesteps(steps, spec), kept),
    ),
  );
  const processes = spaced.flatMap(({ key, schedule: noiseSchedule, respacing, value }) =>
    compareCoefficients(key, { noiseSchedule, diffusionSteps, respacing }, value),
  );
  return [
    { name: "schedules", measured: schedules },
    { name: "respacing", measured: respacing },
    { name: "coefficients", measured: processes },
  ];
}

function refuseUnknownKeys(path: string, keys: readonly string[]): void {
  const unknown = keys.find((key) => kindOf(key) === undefined);
  if (unknown === undefined) return;
  const message = `${basename(path)}: nothing is known to compare with ${unknown}.`;
  throw new SemblanceError("invalid_file", message, {
    remedy: `Schedules are ${noiseScheduleNames.join(" and ")}; keys are betas_SCHEDULE, sum_betas_SCHEDULE, space_timesteps_N and spaced_SCHEDULE_RESPACING.`,
  });
}

function entriesOf<Kind extends KeyKind>(
  path: string,
  content: Record<string, unknown>,
  kind: Kind,
): Entries<Kind> {
  const { pattern, schema } = keyKinds[kind];
  return Object.keys(content).flatMap((key) => {
    const { schedule, respacing = "", steps } = pattern.exec(key)?.groups ?? {};
    if (kindOf(key) !== kind) return [];
    const value = checkContent(path, z.object({ [key]: schema }), content)[
      key
    ] as Entries<Kind>[number]["value"];
    return [{ key, schedule: schedule as NoiseScheduleName, respacing, steps: Number(steps), value }];
  });
}

/**
 * The steps of the full process, which no key states: as many as the published models have, or N of
 * `space_timesteps_N`, where its last timestep is the last of all that are named, or where they go beyond.
 */
function stepsOf(
  betas: Entries<"betas">,
  timesteps: Entries<"timesteps">,
  spaced: Entries<"spaced">,
): number {
  const named = Math.max(
    0,
    ...betas.flatMap(({ value }) => Object.keys(value).map(Number)),
    ...spaced.flatMap(({ value }) => value.timestep_map ?? []),
  );
  const stated = timesteps.map(({ steps }) => steps).sort((one, other) => one - other);
  if (stated.includes(named + 1) || named >= PUBLISHED_STEPS) {
    return stated.find((steps) => steps > named) ?? PUBLISHED_STEPS;
  }
  return PUBLISHED_STEPS;
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
