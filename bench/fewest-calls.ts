/**
 * With how few calls of base and upsampler the demo's samples are as good as by GLIDE's published recipe:
 * `nice node --import tsx bench/fewest-calls.ts base|upsampler --work FOLDER [--captions 50] [--samples 4]`.
 *
 * The recipe is that of GLIDE's notebook: 100 ancestral steps with guidance 3, then fast27 of DDIM. A candidate is as good
 * where Fréchet distance, kernel distance and CLIPScore are no worse than the worse ends of the recipe's own 95% intervals. Images are
 * kept in the folder, so that an interrupted run goes on. Prints a table.
 */
import { mkdir, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { drawSet } from "@/demo/build/draw-samples";
import { countSet, evaluateSet, openReader } from "@/demo/build/measure-sets";
import { type PlannedSet, planPack } from "@/demo/build/plan";
import { type SampleSettings, sampleSettings } from "@/lib/diffusion/sampling/sample-settings";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    work: { type: "string", default: "fewest-calls" },
    captions: { type: "string", default: "50" },
    samples: { type: "string", default: "4" },
  },
});
const stage = positionals[0] === "upsampler" ? "upsampler" : "base";
const folder = resolve(values.work);
await mkdir(join(folder, "images"), { recursive: true });
await symlink(resolve("demo/pack/weights"), join(folder, "weights")).catch(() => {});

type Candidate = Partial<SampleSettings>;

const recipe: Candidate = { sampler: "ancestral", steps: 100, upsampleRespacing: "fast27" };
const solvers = ["unipc", "dpm-solver++", "ddim", "ancestral"] as const;

const candidates: readonly Candidate[] =
  stage === "base"
    ? [8, 10, 12, 15, 20, 25].flatMap((steps) => solvers.map((sampler) => ({ sampler, steps })))
    : [4, 6, 8, 10, 14].flatMap((steps) =>
        ([1, 0.5] as const).flatMap((upsampleStrength) =>
          (["unipc", "dpm-solver++", "ddim"] as const).map((upsampleSampler) => ({
            ...{ upsampleSampler, upsampleStrength },
            // So many steps of the whole process that `steps` are left of it.
            upsampleRespacing: String(Math.round(steps / upsampleStrength)),
          })),
        ),
      );

const plan = planPack();
const signal = new AbortController().signal;
const reader = await openReader("demo/pack");

function planned(name: string, settings: Candidate, enlarges: PlannedSet | null): PlannedSet {
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

async function measure(name: string, settings: Candidate, base: PlannedSet | null) {
  const set = planned(name, settings, base);
  const startedAt = process.cpuUsage();
  const say = (message: string) => process.stderr.write(`${message}\n`);
  await drawSet(set, {
    plan: { ...plan, sampleSets: base ? [base, set] : [set] },
    folder,
    signal,
    say,
  });
  const { user, system } = process.cpuUsage(startedAt);
  const work = { folder, work: folder, cacheFolder: join(folder, "features"), heldOutImages: 240 };
  const { scores } = await evaluateSet(set, base ? null : 64, work);
  const fur = (await countSet(reader, set, folder)).fur;
  return { set, scores, fur, seconds: (user + system) / 1e6 };
}

const reference = await measure("base-recipe", {}, null);
const start = stage === "base" ? reference : await measure("upsampler-recipe", {}, reference.set);
const ends = start.scores.map(({ metric, low, high }) => ({ metric, low: low!, high: high! }));

function row(
  name: string,
  { scores, fur, seconds }: Awaited<ReturnType<typeof measure>>,
  verdict: string,
): string {
  const cells = scores.map(
    ({ value, low, high }) => `${value!.toFixed(4)} (${low!.toFixed(4)} to ${high!.toFixed(4)})`,
  );
  return `| ${[name, ...cells, `${fur.right} of ${fur.total}`, seconds.toFixed(0), verdict].join(" | ")} |`;
}

console.log(
  `| ${["recipe", ...ends.map(({ metric }) => metric), "fur", "processor seconds", "as good"].join(" | ")} |`,
);
console.log(`|${" --- |".repeat(ends.length + 4)}`);
console.log(row("published", start, ""));
for (const candidate of candidates) {
  const name = Object.values(candidate).join("-");
  const measured = await measure(`${stage}-${name}`, candidate, stage === "base" ? null : reference.set);
  const isAsGood = measured.scores.every(({ metric, value }) => {
    const { low, high } = ends.find((end) => end.metric === metric)!;
    return metric.startsWith("clip") ? value! >= low : value! <= high;
  });
  console.log(row(name, measured, isAsGood ? "yes" : "no"));
}
