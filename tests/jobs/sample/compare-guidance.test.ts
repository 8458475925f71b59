import { parse } from "csv-parse/sync";
import { afterAll, expect, test } from "vitest";
import { startGuidanceComparison } from "@/jobs/sample/compare-guidance";
import { startPlannedEvaluation } from "@/jobs/sample/start-planned-evaluation";
import {
  cancelGuidanceComparison,
  continueGuidanceComparison,
} from "@/jobs/sample/steer-guidance-comparison";
import { stopQueue } from "@/lib/platform/jobs/queue";
import { deleteGuidanceComparison } from "@/lib/samples/guidance/delete-guidance-comparison";
import { getGuidanceComparison } from "@/lib/samples/guidance/get-guidance-comparison";
import { guidanceToCsv } from "@/lib/samples/guidance/guidance-csv";
import { withTestDatabase } from "@/tests/database";
import { installRandomClip } from "@/tests/install-random-clip";
import { storedCheckpoint } from "@/tests/stored-checkpoint";

const { db, dataFolder } = await withTestDatabase();
afterAll(() => stopQueue());

const { id: datasetId } = await db.dataset.create({ data: { name: "dogs", state: "READY" } });
for (let position = 0; position < 2; position++) {
  await db.image.create({
    data: {
      datasetId,
      stem: `${position}`,
      position,
      blobSha256: `${position}`.padEnd(64, "0"),
      widthPx: 64,
      heightPx: 64,
      captions: { create: { position: 0, text: `dog ${position}`, tokenCount: 2 } },
    },
  });
}
const { id: baseCheckpointId } = await db.checkpoint.create({ data: { name: "base", ...storedCheckpoint } });
const input = { datasetId, baseCheckpointId, settings: { steps: 2, samplesPerCaption: 2, firstSeed: 7 } };

test("nothing is made of a comparison with a setting that cannot be drawn, or with too few or too many", async () => {
  await expect(startGuidanceComparison({ ...input, name: "clip", clipScales: [1] })).rejects.toMatchObject({
    code: "missing_weights",
  });
  const few = { ...input, name: "few", unguided: false, classifierFreeScales: [3, 3] };
  await expect(startGuidanceComparison(few)).rejects.toThrow("Give at least two settings to compare.");
  const many = {
    ...input,
    name: "many",
    classifierFreeScales: [1, 2, 3],
    clipScales: [1, 2, 3],
    combined: true,
  };
  await expect(startGuidanceComparison(many)).rejects.toThrow("These are 16 settings. Compare at most 12.");
  expect(await db.sampleSet.count()).toBe(0);
  expect(await db.job.count()).toBe(0);
});

test("every setting is a set of the same captions and seeds, stopped and taken up alone, and scored", async () => {
  await installRandomClip(dataFolder);
  const { guidanceComparisonId: id, jobIds } = await startGuidanceComparison({
    ...input,
    name: "figure 2",
    classifierFreeScales: [3, 1.5],
    clipScales: [2],
    combined: true,
    captionMatch: "clip-score-demo",
    fidelity: "fd-demo",
    diversity: "diversity-demo",
  });
  const started = await getGuidanceComparison(id);
  expect(started.settings.map(({ words }) => words)).toEqual([
    "no guidance",
    "guidance 1.5",
    "guidance 3",
    "CLIP guidance 2",
    "guidance 1.5, CLIP guidance 2",
    "guidance 3, CLIP guidance 2",
  ]);
  expect(jobIds).toHaveLength(6);
  expect([started.state, started.progress]).toEqual(["QUEUED", 0]);
  for (const { set, words } of started.settings) {
    expect(set).toMatchObject({ name: `figure 2: ${words}`, requested: 4, state: "QUEUED" });
    expect(set.settings).toMatchObject({ steps: 2, samplesPerCaption: 2, firstSeed: 7 });
  }
  await expect(
    startGuidanceComparison({ ...input, name: "figure 2", classifierFreeScales: [2] }),
  ).rejects.toMatchObject({ details: { field: "name" } });

  // As a worker leaves them: one is done and scored, the second done, the others wait.
  const [first, second] = started.settings.map(({ set }) => set.id) as [string, string];
  await db.sampleSet.updateMany({ where: { id: { in: [first, second] } }, data: { state: "SUCCEEDED" } });
  await db.job.updateMany({ where: { subjectId: { in: [first, second] } }, data: { state: "SUCCEEDED" } });
  await startPlannedEvaluation(first);
  const evaluation = await db.evaluation.findFirstOrThrow({ where: { sampleSetId: first } });
  expect(evaluation.metrics).toEqual(["clip-score-demo", "fd-demo", "diversity-demo"]);
  const score = { realCount: 2, generatedCount: 4, recipe: {}, warnings: [], remedy: null };
  await db.evaluation.update({
    where: { id: evaluation.id },
    data: {
      state: "SUCCEEDED",
      scores: {
        create: [
          { ...score, metric: "clip-score-demo", value: 0.7, low: 0.6, high: 0.8 },
          { ...score, metric: "fd-demo", value: null, remedy: "More images.", low: null, high: null },
          { ...score, metric: "diversity-demo", value: 0.2, low: 0.1, high: 0.3 },
        ],
      },
    },
  });
  await db.job.updateMany({ where: { subjectId: evaluation.id }, data: { state: "SUCCEEDED" } });
  const underWay = await getGuidanceComparison(id);
  expect(underWay.state).toBe("RUNNING");
  expect(underWay.settings[0]!.scores.captionMatch).toMatchObject({ value: 0.7, low: 0.6, high: 0.8 });
  expect(underWay.settings.map(({ state }) => state)).toEqual([
    "SUCCEEDED",
    "RUNNING",
    ...Array.from({ length: 4 }, () => "QUEUED"),
  ]);
  const rows: Record<string, string>[] = parse(guidanceToCsv(underWay), { columns: true });
  expect(rows).toHaveLength(18);
  expect(rows[0]).toMatchObject({
    guidance: "none",
    guidance_scale: "",
    aspect: "caption_match",
    value: "0.7",
  });
  expect(rows[1]).toMatchObject({ metric: "fd-demo", value: "", warnings: "More images.", better: "lower" });
  expect(rows.at(-1)).toMatchObject({ guidance: "both", guidance_scale: "3", clip_guidance_scale: "2" });

  await cancelGuidanceComparison(id);
  expect((await getGuidanceComparison(id)).settings.slice(2).map(({ state }) => state)).toEqual(
    Array.from({ length: 4 }, () => "CANCELLED"),
  );
  await expect(cancelGuidanceComparison(id)).rejects.toThrow("There is nothing to cancel.");
  // Of the first the missing score, of the second the evaluation, of the others the drawing.
  expect(await continueGuidanceComparison(id)).toHaveLength(6);
  expect(await continueGuidanceComparison(id)).toEqual([]);

  await expect(deleteGuidanceComparison(id)).rejects.toThrow("is being drawn");
  await cancelGuidanceComparison(id);
  await deleteGuidanceComparison(id);
  expect(await db.sampleSet.count()).toBe(0);
});
