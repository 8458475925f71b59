/** Recomputes what a pack says of itself without drawing: records, counts, metrics, votes, sizes. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "csv-stringify/sync";
import { readImageRecord } from "@/jobs/sample/image-record";
import { sampleSettings, settingsOfEach } from "@/lib/diffusion/sampling/sample-settings";
import { SemblanceError } from "@/lib/errors";
import { hashFile } from "@/lib/platform/storage/hash-file";
import { type DemoPack, type PackedSet, packedFile, packedImages } from "../install/pack";
import { simulatedVoteColumns } from "../install/record-votes";
import { sizeOf } from "./demo-figures";
import { captionOf } from "./draw-samples";
import { type Finding, isSame } from "./finding";
import { measureNoisedClip } from "./measure-noised-clip";
import { countSet, evaluateSet, type Measuring, measureImprovements, openReader } from "./measure-sets";
import { simulateStudy } from "./simulate-study";

/** Of the noised CLIP's images in a band, those whose nearest caption another processor's rounding may change. */
const mostOtherCaptions = 2;

/** All shipped weights together. */
const mostWeightsBytes = 40e6;

export async function checkPack(
  pack: DemoPack,
  { folder, work }: { folder: string; work: string },
): Promise<Finding[]> {
  // The sets are measured against the same images. What an earlier run has kept is not read: all is measured again.
  const cacheFolder = await mkdtemp(join(tmpdir(), "semblance-checked-"));
  try {
    return await checkSets(pack, { folder, work, cacheFolder });
  } finally {
    await rm(cacheFolder, { recursive: true });
  }
}

async function checkSets(
  pack: DemoPack,
  { folder, work, cacheFolder }: Pick<Measuring, "folder" | "work" | "cacheFolder">,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const heldOutImages = pack.datasets.find(({ set }) => set === "real-held-out")!.count;
  const measuring = { folder, work, heldOutImages, cacheFolder };
  const reader = await openReader(folder);
  for (const set of pack.sampleSets) {
    findings.push(...(await checkRecords(pack, set, folder)));
    const fidelity = await countSet(reader, set, folder);
    for (const attribute of ["fur", "setting"] as const) {
      compare(findings, `${attribute} of ${set.key}`, set.fidelity[attribute], fidelity[attribute]);
    }
    for (const evaluation of set.evaluations) {
      const again = await evaluateSet(set, evaluation.sidePx, measuring);
      for (const [at, score] of evaluation.scores.entries()) {
        const figure = `${score.metric} of ${set.key} at ${evaluation.sidePx} px`;
        compare(findings, figure, withoutPlace(score), withoutPlace(again.scores[at]!));
      }
    }
  }
  for (const [at, band] of (await measureNoisedClip(measuring)).entries()) {
    const packed = pack.noisedClip[at];
    if (packed && Math.abs(packed.right - band.right) <= mostOtherCaptions) continue;
    const figure = `captions that the noised CLIP finds from timestep ${band.from} on`;
    findings.push({ figure, problem: `are packed as ${packed && show(packed)}, and are ${show(band)}` });
  }
  const ends = (key: string) => ({ key, set: pack.sampleSets.find((set) => set.key === key)! });
  for (const from of new Set(pack.improvements.map((one) => one.from))) {
    const packed = pack.improvements.filter((one) => one.from === from);
    const again = await measureImprovements(ends(from), ends(packed[0]!.to), measuring);
    for (const [at, one] of packed.entries()) {
      compare(findings, `gain in ${one.metric} from ${from} to ${one.to}`, one, again[at]);
    }
  }
  for (const study of pack.studies) {
    if (study.votes === null) continue;
    const votes = await simulateStudy(study, pack.sampleSets, { folder, reader });
    const text = stringify(votes, { header: true, columns: [...simulatedVoteColumns] });
    if (text !== (await readFile(join(folder, study.votes), "utf8"))) {
      findings.push({ figure: `votes of ${study.key}`, problem: "are not those that the simulation gives" });
    }
  }
  const bytes = await sizeOf(join(folder, "weights"));
  if (bytes > mostWeightsBytes) {
    findings.push({
      figure: "weights",
      problem: `take ${(bytes / 1e6).toFixed(1)} MB, more than ${mostWeightsBytes / 1e6}`,
    });
  }
  return findings;
}

/** Figures computed on another processor differ in its name alone. */
function withoutPlace({ recipe, ...score }: PackedSet["evaluations"][number]["scores"][number]) {
  const { provider: _, ...way } = recipe;
  return { ...score, recipe: way };
}

function compare(findings: Finding[], figure: string, packed: unknown, again: unknown): void {
  if (isSame(packed, again)) return;
  findings.push({ figure, problem: `is packed as ${show(packed)}, and is ${show(again)}` });
}

function show(value: unknown): string {
  const { right, total, value: score } = value as Record<string, unknown>;
  return right === undefined ? String(score) : `${right} of ${total}`;
}

/** How one image is drawn. A setting that a record lacks had its default then: defaults are what there was before. */
function readSettings(recorded: object) {
  return settingsOfEach(sampleSettings.parse(recorded));
}

/** Every image must say that it was drawn by the shipped weights for its caption, seed and settings. */
async function checkRecords(pack: DemoPack, set: PackedSet, folder: string): Promise<Finding[]> {
  const sha256 = (key: string | null) =>
    key === null ? null : hashFile(join(folder, pack.checkpoints.find((one) => one.key === key)!.file));
  const models = [await sha256(set.base), await sha256(set.upsampler)];
  const settings = readSettings(set.settings);
  const findings: Finding[] = [];
  for (const image of packedImages(set)) {
    const { image: file } = packedFile(set, image);
    const record = await readFile(join(folder, file)).then(readImageRecord, () => {
      throw new SemblanceError("invalid_file", `The pack lacks ${file}.`, {
        remedy: "Make it again: npm run demo:build",
      });
    });
    const wanted = { caption: captionOf(image.index), seed: String(image.seed), settings, models };
    const found = record && {
      caption: record.caption,
      seed: record.seed,
      settings: readSettings(record.settings),
      models: [record.models.base.sha256, record.models.upsampler?.sha256 ?? null],
    };
    if (!isSame(wanted, found)) {
      findings.push({ figure: file, problem: "was drawn by other weights, or for something else" });
    }
  }
  return findings;
}
