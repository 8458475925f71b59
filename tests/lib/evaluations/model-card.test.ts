/** What a model's card says of its weights, its run and its scores. */
import { expect, test } from "vitest";
import { contentHash } from "@/lib/datasets/revisions/content-hash";
import { modelCard } from "@/lib/evaluations/model-card";
import { withTestDatabase } from "@/tests/database";
import { storedCheckpoint } from "@/tests/stored-checkpoint";

const { db } = await withTestDatabase();

test("a fine-tuned model's card names data, settings, hashes and scores", async () => {
  const start = await db.checkpoint.create({
    data: { ...storedCheckpoint, name: "glide", blobSha256: "b".repeat(64) },
  });
  const { id: datasetId } = await db.dataset.create({
    data: { name: "dogs | <b>cats</b>", state: "READY", captionLanguage: "de", description: "Ours.\n# Free" },
  });
  const run = await db.fineTune.create({
    data: {
      name: "run",
      part: "BASE",
      datasetId,
      datasetRevision: 3,
      startCheckpointId: start.id,
      settings: { learningRate: 0.0001 },
    },
  });
  const model = await db.checkpoint.create({
    data: { ...storedCheckpoint, name: "run, step 20", fineTuneId: run.id, step: 20, epoch: 1.5 },
  });
  const set = await db.sampleSet.create({
    data: { name: "samples", datasetId, baseCheckpointId: model.id, settings: {}, requested: 9 },
  });
  const counts = { realCount: 90, generatedCount: 9, warnings: ["9 images are few."] };
  await db.evaluation.create({
    data: {
      sampleSetId: set.id,
      datasetId,
      split: "HELD_OUT",
      sidePx: 64,
      metrics: ["fid", "kid"],
      state: "SUCCEEDED",
      scores: {
        create: [
          { metric: "fid", value: 12.3456789, low: 11, high: 14, recipe: { weightsSha256: "c" }, ...counts },
          { metric: "kid", remedy: "Install it.", recipe: {}, ...counts },
        ],
      },
    },
  });
  const card = await modelCard(model.id, [{ name: "run.pt", bytes: 5, sha256: "d".repeat(64) }]);
  expect(card).toContain("# run, step 20\n");
  expect(card).toContain(`| SHA-256 of the stored file | ${"a".repeat(64)} |`);
  expect(card).toContain(`| run.pt | 5 | ${"d".repeat(64)} |`);
  expect(card).toContain(`| started from | glide |\n| SHA-256 of that file | ${"b".repeat(64)} |`);
  expect(card).toContain("| dataset | dogs \\| \\<b\\>cats\\</b\\> |\n| revision of the dataset | 3 |");
  expect(card).toContain(
    `| SHA-256 of its images, captions and splits | ${await contentHash(datasetId, 3)} |`,
  );
  expect(card).toContain("| description | Ours. \\# Free |");
  expect(card).toContain('"learningRate": 0.0001');
  expect(card).toContain(
    "| FID | 12.3457 | 11 to 14 | samples | held-out images of dogs \\| \\<b\\>cats\\</b\\> | 64 px | 9 | 90 | weights’ SHA-256: c; warning: 9 images are few. |",
  );
  expect(card).not.toContain("KID");
});

test("of a registered model it says what is not known", async () => {
  const { id } = await db.checkpoint.create({ data: { ...storedCheckpoint, name: "registered" } });
  const card = await modelCard(id);
  expect(card).toContain("What it learned from is not known here.");
  expect(card).toContain("It has not been evaluated.");
  expect(card).not.toContain("## Files");
});
