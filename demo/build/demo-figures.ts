/** The figures that documents may say of the demo, by name, each as the text that a document shows. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { computeStandings, type Standings } from "@/lib/questions/answer-statistics";
import type { DemoPack, PackedEvaluation, PackedSet } from "../install/pack";
import { readSimulatedVotes } from "../install/record-votes";
import { demoMetrics } from "./measure-sets";

type Share = PackedSet["fidelity"]["fur"];

/** @param folder the pack's */
export async function demoFigures(pack: DemoPack, folder: string): Promise<ReadonlyMap<string, string>> {
  const set = (key: string) => pack.sampleSets.find((one) => one.key === key)!;
  const figures = new Map<string, string>();
  const [before, after] = [set("original-64"), set("tuned-64")];
  for (const [when, { fidelity }] of [
    ["before", before],
    ["after", after],
  ] as const) {
    for (const attribute of ["fur", "setting"] as const) {
      figures.set(`${attribute}-${when}`, percent(shareOf(fidelity[attribute])));
      figures.set(`${attribute}-${when}-interval`, interval(fidelity[attribute]));
      figures.set(
        `${attribute}-${when}-count`,
        `${fidelity[attribute].right} of ${fidelity[attribute].total}`,
      );
    }
  }
  figures.set("samples", String(after.captions * after.settings.samplesPerCaption));
  figures.set("captions", String(after.captions));
  for (const metric of demoMetrics) {
    figures.set(`${metric}-before`, number(scoreOf(before.evaluations[0]!, metric)?.value));
    figures.set(`${metric}-after`, number(scoreOf(after.evaluations[0]!, metric)?.value));
    const gain = pack.improvements.find((one) => one.metric === metric && one.to === after.key)!;
    figures.set(`${metric}-gain`, number(gain.value));
    figures.set(`${metric}-gain-interval`, `${number(gain.low)} to ${number(gain.high)}`);
  }
  figures.set("noised-clip", `\n\n${noisedClipTable(pack)}\n\n`);
  figures.set("table-1", `\n\n${tableOne(pack)}\n\n`);
  await addStudy(figures, pack, folder);
  figures.set("weights-mb", megabytes(await sizeOf(join(folder, "weights"))));
  figures.set("pack-mb", megabytes(await sizeOf(folder)));
  return figures;
}

async function addStudy(figures: Map<string, string>, pack: DemoPack, folder: string): Promise<void> {
  const study = pack.studies.find(({ votes }) => votes !== null)!;
  const standings = await readStandings(study, folder);
  for (const { arm, rating, rating_q025, rating_q975 } of standings.rows) {
    figures.set(`rating-${arm}`, rating === null ? "none" : rating.toFixed(0));
    figures.set(
      `rating-${arm}-interval`,
      rating_q025 === null || rating_q975 === null
        ? "none"
        : `${rating_q025.toFixed(0)} to ${rating_q975.toFixed(0)}`,
    );
  }
  figures.set("votes", String(standings.voteCount));
  figures.set("raters", String(standings.raterCount));
  figures.set("study-captions", String(standings.captionCount));
}

/** The leaderboard of a study with simulated votes. */
export async function readStandings(study: DemoPack["studies"][number], folder: string): Promise<Standings> {
  const votes = await readSimulatedVotes(join(folder, study.votes!));
  return computeStandings(
    "pair",
    votes.map(({ caption, rater, left, right, winner }) => ({
      type: "pair",
      caption,
      rater,
      shown: [left, right],
      winner,
    })),
    { arms: study.arms.map(({ name }) => name), seed: 0 },
  );
}

/** Table 1 of the report in miniature: upsampler epochs, base original or fine-tuned, at 64 and 256 px. */
function tableOne(pack: DemoPack): string {
  const rows = [20, 40].flatMap((epochs) =>
    (["original", "tuned"] as const).map((base) => {
      const { evaluations } = pack.sampleSets.find(({ key }) => key === `${base}-${epochs}`)!;
      const cells = demoMetrics.flatMap((metric) =>
        [64, 256].map((sidePx) =>
          number(scoreOf(evaluations.find((one) => one.sidePx === sidePx)!, metric)?.value),
        ),
      );
      return [epochs, base === "original" ? "real / original" : "real / fine-tuned", ...cells];
    }),
  );
  const titles = ["FD", "KID", "CLIP score"].flatMap((title) => [`${title}, 64 px`, `${title}, 256 px`]);
  const header = ["upsampler epochs", "samples", ...titles];
  return [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** How often the noised CLIP finds a held-out image's caption, by band of timesteps. */
function noisedClipTable(pack: DemoPack): string {
  const header = ["timesteps", "caption found", "share", "by chance"];
  const rows = pack.noisedClip.map((band) => [
    `${band.from} to ${band.to - 1}`,
    `${band.right} of ${band.total}`,
    `${percent(shareOf(band))} (${interval(band)})`,
    number(band.byChance),
  ]);
  return [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function scoreOf(evaluation: PackedEvaluation, metric: string) {
  return evaluation.scores.find((score) => score.metric === metric);
}

export function shareOf({ right, total }: Share): number {
  return total === 0 ? 0 : right / total;
}

function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}

function interval({ low, high }: Share): string {
  return `${Math.round(100 * low)}–${Math.round(100 * high)}%`;
}

/** Three digits that count; "none" where nothing could be computed. */
function number(value: number | null | undefined): string {
  return value === null || value === undefined ? "none" : String(Number(value.toPrecision(3)));
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Of all files below a folder. */
export async function sizeOf(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    files
      .filter((entry) => entry.isFile())
      .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
