/**
 * With how few calls of base and upsampler the demo's samples are as good as by GLIDE's published recipe:
 * `nice node --import tsx bench/fewest-calls.ts base|upsampler --work FOLDER [--captions 50] [--samples 4]`.
 *
 * The recipe is that of GLIDE's notebook: 100 ancestral steps with guidance 3, then fast27 of DDIM. A candidate is as good
 * where Fréchet distance, kernel distance, CLIP score and grain are no worse than the worse ends of the recipe's own 95%
 * intervals. The demo's metrics see images at 64 pixels and overlook grain, which is therefore measured apart.
 * Candidates are looked at from the fewest calls on, up to the first number at which one is as good; `--all` looks at all.
 * `--draw NAME,NAME` only draws these, such as recipe or unipc-10, for several processes to share the work; `--report` draws
 * nothing and leaves out what is not there. Images are kept in the folder, so that an interrupted run goes on. Prints a table.
 */
import { access, mkdir, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { drawSet } from "@/demo/build/draw-samples";
import { countSet, evaluateSet, measureImprovements, openReader } from "@/demo/build/measure-sets";
import { type PlannedSet, planPack } from "@/demo/build/plan";
import { packedFile, packedImages } from "@/demo/install/pack";
import { type SampleSettings, sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { meanInterval } from "@/lib/metrics/intervals/intervals";
import { imageGrain } from "./image-grain";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    work: { type: "string", default: "fewest-calls" },
    captions: { type: "string", default: "50" },
    samples: { type: "string", default: "4" },
    draw: { type: "string" },
    report: { type: "boolean", default: false },
    all: { type: "boolean", default: false },
  },
});
const stage = positionals[0] === "upsampler" ? "upsampler" : "base";
const folder = resolve(values.work);
const measuring = { folder, work: folder, cacheFolder: join(folder, "features"), heldOutImages: 240 };
await mkdir(join(folder, "images"), { recursive: true });
await symlink(resolve("demo/pack/weights"), join(folder, "weights")).catch(() => {});

type Candidate = {
  readonly name: string;
  readonly calls: number;
  readonly settings: Partial<SampleSettings>;
};

const recipe: Partial<SampleSettings> = { sampler: "ancestral", steps: 100, upsampleRespacing: "fast27" };

const baseCandidates: readonly Candidate[] = [4, 6, 8, 10, 12, 15, 20, 25].flatMap((steps) =>
  (["unipc", "dpm-solver++", "sde-dpm-solver++", "ddim", "ancestral"] as const).map((sampler) => ({
    ...{ name: `${sampler}-${steps}`, calls: steps },
    settings: { sampler, steps },
  })),
);

const upsamplerCandidates: readonly Candidate[] = [2, 4, 6, 8, 10, 14].flatMap((calls) =>
  ([1, 0.5] as const).flatMap((upsampleStrength) =>
    (["unipc", "dpm-solver++", "sde-dpm-solver++", "ddim"] as const).map((upsampleSampler) => ({
      ...{ name: `${upsampleSampler}-${upsampleStrength}-${calls}`, calls },
      // So many steps of the whole process that `calls` are left of it.
      settings: {
        ...{ upsampleSampler, upsampleStrength },
        upsampleRespacing: String(Math.round(calls / upsampleStrength)),
      },
    })),
  ),
);

const candidates: readonly Candidate[] =
  stage === "base"
    ? [{ name: "recipe", calls: 100, settings: {} }, ...baseCandidates]
    : [{ name: "recipe", calls: 27, settings: {} }, ...upsamplerCandidates];

const plan = planPack();
const signal = new AbortController().signal;
const reader = await openReader("demo/pack");
const enlarged = stage === "base" ? null : planned("base-recipe", {}, null);

function planned(name: string, settings: Partial<SampleSettings>, enlarges: PlannedSet | null): PlannedSet {
  return {
    key: name,
    name,
    dataset: "real-held-out",
    base: "base-tuned",
    upsampler: enlarges && "upsampler-tuned-40",
    settings: sampleSettings.parse({ samplesPerCaption: Number(values.samples), ...recipe, ...settings }),
    captions: Number(values.captions),
    folder: `images/${name}`,
    sidesPx: [64],
    enlarges: enlarges?.key ?? null,
  };
}

const setOf = ({ name, settings }: Candidate) => planned(`${stage}-${name}`, settings, enlarged);

async function draw(candidate: Candidate): Promise<void> {
  const sets = [...(enlarged ? [enlarged] : []), setOf(candidate)];
  const say = (message: string) => process.stderr.write(`${message}\n`);
  for (const set of sets) {
    if (await isThere(set)) continue;
    await drawSet(set, { plan: { ...plan, sampleSets: sets }, folder, signal, say, threads: 1 });
  }
}

/** Its name says all settings, so a set that has its images needs no drawing, also where more were drawn than now asked for. */
async function isThere(set: PlannedSet): Promise<boolean> {
  const files = packedImages(set).map((image) => access(join(folder, packedFile(set, image).image)));
  return (await Promise.allSettled(files)).every(({ status }) => status === "fulfilled");
}

async function measure(candidate: Candidate) {
  const set = setOf(candidate);
  const { scores } = await evaluateSet(set, stage === "base" ? 64 : null, measuring);
  const { fur } = await countSet(reader, set, folder);
  return { set, scores: [...scores, await measureGrain(set)], fur };
}

async function measureGrain(set: PlannedSet) {
  const images = packedImages(set);
  const grains: number[] = [];
  for (const image of images) grains.push(await imageGrain(join(folder, packedFile(set, image).image)));
  const value = grains.reduce((sum, grain) => sum + grain, 0) / grains.length;
  const { low, high } = meanInterval(
    grains,
    Int32Array.from(images, ({ index }) => index),
  )!;
  return { metric: "grain", value, low, high };
}
type Measured = Awaited<ReturnType<typeof measure>>;

const digits = (metric: string) => (metric.startsWith("fd") ? 2 : 3);
const interval = (metric: string, value: number, low: number, high: number) =>
  `${value.toFixed(digits(metric))} (${low.toFixed(digits(metric))} to ${high.toFixed(digits(metric))})`;

/** The gains over the recipe are paired by caption; above 0 is better. */
async function row({ name, calls }: Candidate, { set, scores, fur }: Measured, verdict: string) {
  const cells = scores.map(({ metric, value, low, high }) => interval(metric, value!, low!, high!));
  const gains =
    name === "recipe"
      ? scores.slice(0, -1).map(() => "")
      : (await measureImprovements({ key: "recipe", set: start.set }, { key: name, set }, measuring)).map(
          ({ metric, value, low, high }) => interval(metric, value, low!, high!),
        );
  return `| ${[name, calls, ...cells, ...gains, `${fur.right} of ${fur.total}`, verdict].join(" | ")} |`;
}

/** Whether no score is worse than the worse end of the recipe's interval. */
function isAsGood({ scores }: Measured): boolean {
  return scores.every(({ metric, value }) => {
    const { low, high } = start.scores.find((score) => score.metric === metric)!;
    return metric.startsWith("clip") ? value! >= low! : value! <= high!;
  });
}

if (values.draw !== undefined) {
  const names = values.draw.split(",");
  for (const name of names) await draw(candidates.find((candidate) => candidate.name === name)!);
  process.exit();
}

const [published, ...others] = candidates as [Candidate, ...Candidate[]];
if (!values.report) await draw(published);
const start = await measure(published);
const metrics = start.scores.map(({ metric }) => metric);
console.log(
  `| ${["recipe", "calls", ...metrics, ...metrics.slice(0, -1).map((metric) => `gain in ${metric}`), "fur", "as good"].join(" | ")} |`,
);
console.log(`|${" --- |".repeat(2 * metrics.length + 3)}`);
console.log(await row(published, start, ""));
let fewest = Number.POSITIVE_INFINITY;
for (const candidate of others) {
  if (candidate.calls > fewest && !values.all) break;
  if (values.report && !(await isThere(setOf(candidate)))) continue;
  if (!values.report) await draw(candidate);
  const measured = await measure(candidate);
  const fits = isAsGood(measured);
  if (fits) fewest = Math.min(fewest, candidate.calls);
  console.log(await row(candidate, measured, fits ? "yes" : "no"));
}
