/**
 * `npm run demo:build [-- --pack DIR --work DIR]`: from the trained weights in the pack's folder to the whole pack.
 * Interrupted, the same command continues; so it does when weights come later or change: what does not fit is made again.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { stringify } from "csv-stringify/sync";
import { cancelOnInterrupt } from "@/cli/interrupt";
import { SemblanceError, toSemblanceError } from "@/lib/errors";
import type { AttributeReader } from "../fidelity/attribute-reader";
import { type DemoPack, demoPack, type PackedSet, packFile } from "../install/pack";
import { simulatedVoteColumns } from "../install/record-votes";
import { type Drawing, drawSet, missingWeights } from "./draw-samples";
import { measureNoisedClip } from "./measure-noised-clip";
import { countSet, evaluateSet, measureImprovements, openReader } from "./measure-sets";
import { type PackPlan, type PackSizes, type PlannedStudy, packSizes, planPack } from "./plan";
import { recordRun } from "./record-run";
import { simulateStudy } from "./simulate-study";

export type BuildOptions = {
  /** Holds `weights` and `curves`, and in the end the whole pack. */
  readonly folder: string;
  /** Where images of the world and features are kept between runs. */
  readonly work: string;
  readonly signal: AbortSignal;
  readonly say: (message: string) => void;
  readonly sizes?: PackSizes;
};

/**
 * @throws SemblanceError `missing_weights` once everything is drawn that can be, naming the files that it waits for;
 *   `cancelled`
 */
export async function buildDemo(options: BuildOptions): Promise<DemoPack> {
  const { folder, work, say, sizes = packSizes } = options;
  const plan = planPack(sizes);
  await drawSets({ ...options, plan });
  const reader = await openReader(folder);
  const measuring = {
    folder,
    work,
    heldOutImages: sizes.heldOutImages,
    cacheFolder: join(work, "features"),
  };
  const sampleSets: PackedSet[] = [];
  for (const set of plan.sampleSets) {
    options.signal.throwIfAborted();
    say(`${set.key}: measuring`);
    const { sidesPx, enlarges: _, ...packed } = set;
    const evaluations = [];
    for (const sidePx of sidesPx) evaluations.push(await evaluateSet(set, sidePx, measuring));
    sampleSets.push({ ...packed, evaluations, fidelity: await countSet(reader, set, folder) });
  }
  const ends = (key: string) => ({ key, set: plan.sampleSets.find((set) => set.key === key)! });
  const improvements = [
    ...(await measureImprovements(ends("original-64"), ends("tuned-64"), measuring)),
    ...(await measureImprovements(ends("original"), ends("tuned-40"), measuring)),
  ];
  const studies = [];
  for (const study of plan.studies) studies.push(await packStudy(study, plan, { folder, reader }));
  say("noised CLIP: measuring");
  const noisedClip = await measureNoisedClip(measuring);
  const { datasets, checkpoints, fineTunes, recordedRuns, suggestedFineTune } = plan;
  for (const run of recordedRuns) {
    say(`${run.key}: recording`);
    const dataset = datasets.find(({ key }) => key === run.dataset)!;
    await recordRun(run, { ...options, dataset });
  }
  const pack = demoPack.parse({
    version: 1,
    madeFrom:
      "Semblance's own demo world: images drawn, models trained and images sampled by demo/train and demo/build.",
    datasets,
    checkpoints,
    fineTunes,
    recordedRuns,
    sampleSets,
    improvements,
    noisedClip,
    studies,
    suggestedFineTune,
  } satisfies DemoPack);
  await writeFile(join(folder, packFile), `${JSON.stringify(pack, null, 1)}\n`);
  say(`The pack is whole: ${join(folder, packFile)}`);
  return pack;
}

/** Sets without an upsampler come first: others enlarge their images. */
async function drawSets(drawing: Drawing): Promise<void> {
  const missing = new Set<string>();
  for (const set of drawing.plan.sampleSets) {
    const lacking = await missingWeights(set, drawing);
    if (lacking.length === 0) {
      await drawSet(set, drawing);
      continue;
    }
    drawing.say(`${set.key}: waits for ${lacking.join(", ")}`);
    for (const file of lacking) missing.add(file);
  }
  if (missing.size === 0) return;
  throw new SemblanceError(
    "missing_weights",
    `The pack lacks ${[...missing].join(", ")}; everything else is drawn.`,
    { remedy: "Train them (npm run demo:train), then run this command again." },
  );
}

async function packStudy(
  { isSimulated, ...study }: PlannedStudy,
  { sampleSets }: PackPlan,
  place: { folder: string; reader: AttributeReader },
): Promise<DemoPack["studies"][number]> {
  if (!isSimulated) return { ...study, votes: null };
  const file = `votes/${study.key}.csv`;
  const votes = await simulateStudy(study, sampleSets, place);
  await mkdir(join(place.folder, "votes"), { recursive: true });
  await writeFile(
    join(place.folder, file),
    stringify(votes, { header: true, columns: [...simulatedVoteColumns] }),
  );
  return { ...study, votes: file };
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      pack: { type: "string", default: "demo/pack" },
      work: { type: "string", default: "demo/work" },
    },
  });
  try {
    await cancelOnInterrupt("The build was interrupted. The same command continues it.", (signal) =>
      buildDemo({
        folder: values.pack,
        work: values.work,
        signal,
        say: (message) => console.log(`${new Date().toISOString().slice(11, 19)} ${message}`),
      }),
    );
  } catch (thrown) {
    const { message, remedy, code, cause } = toSemblanceError(thrown);
    console.error(`\n${message}${remedy ? `\n${remedy}` : ""}`);
    if (code === "internal") console.error(cause);
    process.exitCode = 1;
  }
}
