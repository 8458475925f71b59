/** `semblance samples compare-guidance`: the same captions and seeds under several guidances, with scores. */
import type { z } from "zod";
import { startGuidanceComparison } from "@/jobs/sample/compare-guidance";
import { continueGuidanceComparison } from "@/jobs/sample/steer-guidance-comparison";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { SemblanceError } from "@/lib/errors";
import type { MetricScore } from "@/lib/evaluations/list-evaluations";
import { listMissingWeights } from "@/lib/evaluations/networks/list-missing-weights";
import { parseMetricNames } from "@/lib/metrics/catalogue/metric-catalogue";
import { db } from "@/lib/platform/database/db";
import {
  compareGuidanceInput,
  type GuidanceMetricRole,
  guidanceMetrics,
  suggestedGuidanceMetrics,
} from "@/lib/samples/guidance/compare-guidance-fields";
import { getGuidanceComparison } from "@/lib/samples/guidance/get-guidance-comparison";
import { guidanceToCsv } from "@/lib/samples/guidance/guidance-csv";
import { toComparisonFile } from "@/lib/samples/settings-file/sample-set-file";
import { findByName } from "./find-by-name";
import { followJobs } from "./follow-job";
import { parseOptions } from "./option-lists";
import { readSampleSet } from "./sample-set-input";
import type { SamplesOptions } from "./samples-options";
import { parseSettings } from "./setting-options";
import { saveSamplesFile } from "./settings-file";
import { toTable } from "./table";

type Output = Pick<NodeJS.WriteStream, "write">;

const roles = Object.keys(guidanceMetrics) as GuidanceMetricRole[];

/**
 * With a dataset or a settings file, starts a comparison; without, takes up the comparison of that name. Waits for it, and prints its
 * scores as a table or as CSV.
 *
 * @returns the exit code: 0, or 1 where no setting has a score
 * @throws SemblanceError as startGuidanceComparison; `invalid_input` naming the option that is wrong
 */
export async function compareGuidance(
  name: string | undefined,
  options: SamplesOptions,
  output: Output,
): Promise<number> {
  const format = options.format ?? "text";
  if (format !== "text" && format !== "csv") {
    throw new SemblanceError("invalid_input", `--format: there is no format “${format}”.`, {
      remedy: "Use text or csv.",
    });
  }
  const isNew = options.dataset !== undefined || options.settings !== undefined;
  if (options.writeSettings !== undefined) {
    await saveSamplesFile(options.writeSettings, await toComparisonFile(await read(name, options)));
    output.write(`${options.writeSettings}\n`);
    return 0;
  }
  const id = isNew
    ? (await startGuidanceComparison(await read(name, options))).guidanceComparisonId
    : await takeUp(name);
  if (options.wait === false) {
    output.write(`${id}\n`);
    return 0;
  }
  for (let jobIds = await jobsUnderWay(id); jobIds.length > 0; jobIds = await jobsUnderWay(id)) {
    await followJobs(jobIds);
  }
  const comparison = await getGuidanceComparison(id);
  const { settings, metrics } = comparison;
  if (format === "csv") output.write(guidanceToCsv(comparison));
  else {
    output.write(
      toTable(
        ["guidance", "images", ...roles.map((role) => metrics[role])],
        settings.map(({ words, set, scores }) => [
          words,
          set.drawn,
          ...roles.map((role) => scoreText(scores[role])),
        ]),
      ),
    );
    const remarks = settings.flatMap(({ scores }) =>
      Object.values(scores).flatMap((score) =>
        score === null ? [] : [...score.warnings, ...(score.remedy ? [score.remedy] : [])],
      ),
    );
    for (const remark of new Set(remarks)) output.write(`${remark}\n`);
  }
  const hasScore = settings.some(({ scores }) => Object.values(scores).some((score) => score?.value != null));
  return hasScore ? 0 : 1;
}

async function takeUp(name: string | undefined): Promise<string> {
  const { id } = await findByName("guidanceComparison", name);
  await continueGuidanceComparison(id);
  return id;
}

type Comparison = z.output<typeof compareGuidanceInput>;

async function read(name: string | undefined, options: SamplesOptions): Promise<Comparison> {
  const suggested = suggestedGuidanceMetrics(await listMissingWeights());
  const {
    set,
    settings,
    compare = {},
  } = await readSampleSet(name, "compare-guidance", withoutGuidance(options));
  const { guidance: _, guidanceScale: _scale, clipGuidanceScale: _clip, ...others } = settings;
  const metricsOf = Object.fromEntries(
    roles.map((role) => [
      role,
      options[role] === undefined
        ? (compare[role] ?? suggested[role])
        : parseMetricNames([String(options[role])])[0]!,
    ]),
  );
  return parseOptions(
    compareGuidanceInput,
    {
      ...set,
      ...compare,
      settings: parseSettings(sampleSettings, others),
      ...(options.unguided === false && { unguided: false }),
      ...(options.classifierFreeScales !== undefined && {
        classifierFreeScales: readScales("--classifier-free-scales", options.classifierFreeScales),
      }),
      ...(options.clipScales !== undefined && {
        clipScales: readScales("--clip-scales", options.clipScales),
      }),
      ...(options.combined === true && { combined: true }),
      ...metricsOf,
    },
    { classifierFreeScales: "--classifier-free-scales", clipScales: "--clip-scales", name: "the name" },
  );
}

/** Guidance itself is what is compared. @throws SemblanceError naming an option that would say it once more */
function withoutGuidance(options: SamplesOptions): SamplesOptions {
  const given = ["guidance", "guidanceScale", "clipGuidanceScale"].find(
    (name) => options[name] !== undefined,
  );
  if (given === undefined) return options;
  const option = given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new SemblanceError("invalid_input", `compare-guidance takes no --${option}.`, {
    remedy: "Give the scales to compare: --classifier-free-scales 1.5,3,6 --clip-scales 1,3.",
  });
}

function readScales(option: string, value: unknown): number[] {
  const texts = [value]
    .flat()
    .flatMap((text) => String(text).split(","))
    .map((text) => text.trim())
    .filter((text) => text !== "");
  const numbers = texts.map(Number);
  if (numbers.every((each) => each >= 0 && each <= 50)) return numbers;
  throw new SemblanceError("invalid_input", `${option}: “${texts.join(",")}” is not a list of scales.`, {
    remedy: "Give numbers from 0 to 50, separated by commas.",
  });
}

/** Of drawings and evaluations. */
async function jobsUnderWay(id: string): Promise<string[]> {
  const { settings } = await getGuidanceComparison(id);
  const subjects = settings.flatMap(({ set, evaluation }) => [
    set.id,
    ...(evaluation ? [evaluation.id] : []),
  ]);
  const jobs = await db.job.findMany({
    where: { subjectId: { in: subjects }, state: { in: ["QUEUED", "RUNNING"] } },
    orderBy: { createdAt: "asc" },
    select: { id: true },
  });
  return jobs.map((job) => job.id);
}

function scoreText(score: MetricScore | null): string {
  if (score === null || score.value === null) return "–";
  const [value, low, high] = [score.value, score.low, score.high].map((figure) => figure?.toPrecision(4));
  return low === undefined || high === undefined ? value! : `${value} [${low}, ${high}]`;
}
