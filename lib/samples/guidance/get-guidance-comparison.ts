/** A comparison of guidances: its settings in order, how far each is, and its scores. */
import { guidanceWords, type SampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { SemblanceError } from "@/lib/errors";
import {
  type EvaluationSummary,
  listEvaluations,
  type MetricScore,
} from "@/lib/evaluations/list-evaluations";
import type { RunState } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import { listSampleSets, type SampleSetSummary } from "../list-sample-sets";
import { type Guidance, type GuidanceMetricRole, guidanceMetrics } from "./compare-guidance-fields";

export type ComparedGuidance = Guidance & {
  /** "guidance 3, CLIP guidance 1" */
  words: string;
  set: SampleSetSummary;
  /** The newest by the comparison's metrics; null until its samples are there. */
  evaluation: EvaluationSummary | null;
  /** Of drawing and evaluation together. */
  state: RunState;
  error: string | null;
  /** Null where there is none (yet); a score without a value says what it lacks. */
  scores: Record<GuidanceMetricRole, MetricScore | null>;
};

export type GuidanceComparison = {
  id: string;
  name: string;
  createdAt: Date;
  metrics: Record<GuidanceMetricRole, string>;
  settings: ComparedGuidance[];
  state: RunState;
  /** 0 to 1: images drawn and settings evaluated, of all. */
  progress: number;
  isDemo: boolean;
};

const kinds: readonly SampleSettings["guidance"][] = ["none", "classifier-free", "clip", "both"];
const roles = Object.keys(guidanceMetrics) as GuidanceMetricRole[];

/** More than any comparison has: each setting is evaluated once, and again where somebody asks for it. */
const mostEvaluations = 10_000;

/** @throws SemblanceError `not_found` */
export async function getGuidanceComparison(id: string): Promise<GuidanceComparison> {
  const [comparison] = await readGuidanceComparisons([id]);
  if (!comparison) {
    throw new SemblanceError("not_found", "There is no such comparison.", {
      remedy: "It may have been deleted.",
    });
  }
  return comparison;
}

/** In the order of `ids`, without those that there are not. Asks the database as often for many as for one. */
export async function readGuidanceComparisons(ids: readonly string[]): Promise<GuidanceComparison[]> {
  const found = await db.guidanceComparison.findMany({
    where: { id: { in: [...ids] } },
    include: { sets: { select: { id: true } } },
  });
  const setIds = found.flatMap(({ sets }) => sets.map((set) => set.id));
  const [{ sampleSets }, { evaluations }] = await Promise.all([
    listSampleSets({ ids: setIds, pageSize: setIds.length }),
    listEvaluations({ sampleSetIds: setIds, pageSize: mostEvaluations }),
  ]);
  const comparisons = found.map((each) => toComparison(each, sampleSets, evaluations));
  return ids.flatMap((id) => comparisons.find((each) => each.id === id) ?? []);
}

type ComparisonRow = {
  id: string;
  name: string;
  createdAt: Date;
  metrics: string[];
  sets: readonly { id: string }[];
};

/** @param allSets those of other comparisons may be among them */
function toComparison(
  { id, name, createdAt, sets, ...row }: ComparisonRow,
  allSets: readonly SampleSetSummary[],
  evaluations: readonly EvaluationSummary[],
): GuidanceComparison {
  const metrics = Object.fromEntries(roles.map((role, at) => [role, row.metrics[at]!])) as Record<
    GuidanceMetricRole,
    string
  >;
  const own = new Set(sets.map((set) => set.id));
  const settings = allSets
    .flatMap((set) =>
      own.has(set.id) && set.settings !== null ? [toCompared(set, set.settings, evaluations, metrics)] : [],
    )
    .sort(inOrder);
  return {
    id,
    name,
    createdAt,
    metrics,
    settings,
    state: stateOf(settings.map(({ state }) => state)),
    progress: progressOf(settings),
    isDemo: settings.some(({ set }) => set.isDemo),
  };
}

function toCompared(
  set: SampleSetSummary,
  { guidance, guidanceScale, clipGuidanceScale }: SampleSettings,
  evaluations: readonly EvaluationSummary[],
  metrics: Record<GuidanceMetricRole, string>,
): ComparedGuidance {
  const evaluation =
    evaluations.find(
      (each) =>
        each.sampleSet.id === set.id && Object.values(metrics).every((name) => each.metrics.includes(name)),
    ) ?? null;
  const scoreOf = (role: GuidanceMetricRole) =>
    evaluation?.scores.find(({ metric }) => metric === metrics[role]) ?? null;
  const drawn = set.state === "SUCCEEDED";
  return {
    guidance,
    guidanceScale,
    ...(clipGuidanceScale === undefined ? {} : { clipGuidanceScale }),
    words: guidanceWords({ guidance, guidanceScale, clipGuidanceScale }),
    set,
    evaluation,
    // Between the end of the drawing and its evaluation it is still under way.
    state: drawn ? (evaluation?.state ?? "RUNNING") : set.state,
    error: drawn ? (evaluation?.error ?? null) : set.error,
    scores: Object.fromEntries(roles.map((role) => [role, scoreOf(role)])) as ComparedGuidance["scores"],
  };
}

/** From none to both, each by rising scale. */
function inOrder(one: Guidance, other: Guidance): number {
  const kind = kinds.indexOf(one.guidance) - kinds.indexOf(other.guidance);
  if (kind !== 0) return kind;
  const scale = one.guidanceScale - other.guidanceScale;
  return scale || (one.clipGuidanceScale ?? 0) - (other.clipGuidanceScale ?? 0);
}

/** Under way as long as one setting is; then failed or cancelled if one is. */
function stateOf(states: readonly RunState[]): RunState {
  const order: readonly RunState[] = ["RUNNING", "QUEUED", "FAILED", "CANCELLED"];
  if (states.includes("QUEUED") && states.includes("SUCCEEDED")) return "RUNNING";
  return order.find((state) => states.includes(state)) ?? "SUCCEEDED";
}

function progressOf(settings: readonly ComparedGuidance[]): number {
  const hasEnded = ({ evaluation }: ComparedGuidance) => (evaluation?.state === "SUCCEEDED" ? 1 : 0);
  // An evaluation takes about as long as drawing a few images.
  const done = settings.reduce((sum, each) => sum + each.set.drawn + hasEnded(each), 0);
  const all = settings.reduce((sum, { set }) => sum + set.requested + 1, 0);
  return all === 0 ? 1 : done / all;
}
