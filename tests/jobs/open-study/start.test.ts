/** Opening by the worker: through a job, again after an interruption, and back to a draft after a failure. */
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStudyJob } from "@/jobs/open-study/job";
import { startOpening } from "@/jobs/open-study/start";
import { startQueue, stopQueue } from "@/lib/platform/jobs/queue";
import { storeBlob } from "@/lib/platform/storage/store-blob";
import { listChecks } from "@/lib/studies/checks/list-checks";
import { addCheck, removeCheck } from "@/lib/studies/checks/pick-check";
import { changeDraft } from "@/lib/studies/design/change-draft";
import { createStudy } from "@/lib/studies/design/create-study";
import { getDesign } from "@/lib/studies/design/get-design";
import type { PickedCheck } from "@/lib/studies/design/picked-checks";
import { openStudy } from "@/lib/studies/plan/open-study";
import { hashPlan } from "@/lib/studies/plan/plan-hash";
import { readPlan } from "@/lib/studies/plan/read-plan";
import { withTestDatabase } from "@/tests/database";
import { storedCheckpoint } from "@/tests/stored-checkpoint";
import { loadHandler } from "@/workers/load-handler";
import { runJob } from "@/workers/run-job";

const { db } = await withTestDatabase();
const actor = "researcher@example.org";
const subjects = ["dog", "cat", "train", "balloon", "grapes", "harbour", "bicycle"];
const datasetIds: string[] = [];

async function datasetOf(name: string, green: number, captions: readonly string[]): Promise<string> {
  const { id } = await db.dataset.create({ data: { name, state: "READY" } });
  for (const [position, text] of captions.entries()) {
    const image = await sharp({
      create: { width: 64, height: 64, channels: 3, background: { r: position * 30, g: green, b: 90 } },
    })
      .png()
      .toBuffer();
    const { sha256 } = await storeBlob(image, { mediaType: "image/png" });
    await db.image.create({
      data: {
        datasetId: id,
        stem: text,
        position,
        blobSha256: sha256,
        widthPx: 64,
        heightPx: 64,
        captions: { create: { position: 0, text, tokenCount: 2 } },
      },
    });
  }
  return id;
}

/** A dataset, and a sample set for the same captions. */
beforeAll(async () => {
  const datasetId = await datasetOf("subjects", 40, subjects);
  datasetIds.push(datasetId, await datasetOf("strangers", 90, ["something else"]));
  const checkpoint = await db.checkpoint.create({
    data: {
      name: "tiny",
      ...storedCheckpoint,
    },
  });
  for (const [index, name] of ["original", "fine-tuned"].entries()) {
    const set = await db.sampleSet.create({
      data: {
        name,
        datasetId,
        baseCheckpointId: checkpoint.id,
        settings: {},
        state: "SUCCEEDED",
        requested: 7,
      },
    });
    const captions = await db.caption.findMany({ where: { image: { datasetId } } });
    for (const [place, { id: captionId }] of captions.entries()) {
      const image = await sharp({
        create: { width: 64, height: 64, channels: 3, background: { r: place * 9, g: 200, b: index * 80 } },
      })
        .png()
        .toBuffer();
      const { sha256 } = await storeBlob(image, { mediaType: "image/png" });
      await db.sample.create({ data: { sampleSetId: set.id, captionId, seed: 0, blobSha256: sha256 } });
    }
  }
  await startQueue();
});

afterAll(() => stopQueue());

async function design(name: string, datasetId = datasetIds[0]!) {
  const sets = await db.sampleSet.findMany({ orderBy: { name: "desc" } });
  return {
    name,
    criteria: [
      { key: "caption-similarity", question: "Which image matches the caption better?" },
      { key: "scale", question: "How well does it match?", questionType: "likert" as const },
      { key: "order", question: "Put them in order.", questionType: "ranking" as const, marksWords: true },
    ],
    arms: [{ name: "real", datasetId }, ...sets.map((set) => ({ name: set.name, sampleSetId: set.id }))],
    captionChoice: { choice: "random" as const, count: 5 },
    ratersPerItem: 2,
    qualityControl: { trainingItems: 2, goldItems: 1, attentionChecks: 1 },
  };
}

async function runOpening(jobId: string) {
  await runJob(jobId, {
    workerId: crypto.randomUUID(),
    provider: "cpu",
    loadHandler,
    claim: new AbortController().signal,
    handBack: new AbortController().signal,
  });
}

describe("startOpening", () => {
  it("queues a job that makes items of every type, seats and checks, and opens the study with one hash", async () => {
    const { id } = await createStudy(await design("every type"), actor);
    const { jobId } = await startOpening(id, actor);
    expect((await db.study.findUniqueOrThrow({ where: { id } })).state).toBe("OPENING");
    await expect(startOpening(id, actor)).rejects.toMatchObject({ code: "conflict" });
    await runOpening(jobId);
    const study = await db.study.findUniqueOrThrow({ where: { id }, include: { criteria: true } });
    expect(study).toMatchObject({ state: "OPEN", openingError: null });
    expect(study.planHash).toMatch(/^[0-9a-f]{64}$/);
    const regular = await db.item.findMany({
      where: { studyId: id, kind: "REGULAR" },
      include: { images: true, seats: true },
    });
    // Five captions: three pairs, three single images and one ranking each.
    expect(regular).toHaveLength(5 * (3 + 3 + 1));
    for (const { seats } of regular) expect(seats).toHaveLength(2);
    const checks = await listChecks(id);
    expect(checks.filter(({ kind }) => kind === "TRAINING")).toHaveLength(2);
    // The images of checks are blind renditions like all others.
    for (const sha256 of new Set(checks.flatMap(({ images }) => images))) {
      const blob = await db.blob.findUniqueOrThrow({ where: { sha256 } });
      expect(blob).toMatchObject({ mediaType: "image/png", widthPx: 64, heightPx: 64 });
    }
  });

  it("becomes a draft again, with the reason, when opening fails, and opens after an interrupted run", async () => {
    const { id } = await createStudy(await design("no common caption", datasetIds[1]!), actor);
    const { jobId } = await startOpening(id, actor);
    await runOpening(jobId);
    const failed = await db.study.findUniqueOrThrow({ where: { id } });
    expect(failed.state).toBe("DRAFT");
    expect(failed.openingError).toContain("The arms share no caption");

    const again = await createStudy(await design("broken off"), actor);
    const broken = new AbortController();
    await expect(
      openStudy(again.id, actor, { signal: broken.signal, onProgress: () => broken.abort() }),
    ).rejects.toThrow();
    expect(await db.item.count({ where: { studyId: again.id } })).toBe(0);
    await openStudy(again.id, actor);
    expect((await db.study.findUniqueOrThrow({ where: { id: again.id } })).state).toBe("OPEN");
  });

  it("turns the researcher's checks into training and gold items, locked with the plan", async () => {
    const photographs = await db.image.findMany({
      where: { datasetId: datasetIds[0]! },
      orderBy: { position: "asc" },
      include: { captions: true },
    });
    const sample = await db.sample.findFirstOrThrow({ where: { sampleSet: { name: "original" } } });
    const check = (use: "training" | "gold", place: number, right: PickedCheck["right"]): PickedCheck => ({
      criterion: "photorealism",
      use,
      captionId: photographs[place]!.captions[0]!.id,
      images: [photographs[place]!.blobSha256!, sample.blobSha256],
      right,
    });
    const picked = [
      check("training", 0, { type: "best", position: 0 }),
      check("gold", 1, { type: "best", position: 0 }),
      check("gold", 2, { type: "exactly", winner: "tie" }),
    ];
    const questions = {
      criteria: [{ key: "photorealism", question: "Which image looks more like a real photograph?" }],
      qualityControl: {},
    };
    const { id } = await createStudy({ ...(await design("realism")), ...questions }, actor);
    for (const each of picked) await addCheck(id, each, actor);
    const asked = { ...(await getDesign(id)), qualityControl: { trainingItems: 1, goldItems: 2 } };
    await changeDraft(id, asked, actor);
    expect((await getDesign(id)).checks).toEqual(picked);

    // One fewer would not be enough, and an image that nobody has cannot be shown.
    await expect(removeCheck(id, { index: 1, check: picked[1]! }, actor)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("2 gold items are requested, but 1 picked"),
    });
    await expect(removeCheck(id, { index: 1, check: picked[2]! }, actor)).rejects.toMatchObject({
      code: "conflict",
    });
    const unknown = { ...picked[1]!, images: ["0".repeat(64), sample.blobSha256] };
    await expect(addCheck(id, unknown, actor)).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining("Check 4 shows the image 000000000000…"),
    });
    await expect(
      addCheck(id, { ...picked[1]!, right: { type: "scores", scores: [1] } }, actor),
    ).rejects.toMatchObject({ code: "invalid_input" });

    await openStudy(id, actor);
    const checks = await listChecks(id);
    expect(checks.map(({ kind, captionText, expected }) => [kind, captionText, expected])).toEqual([
      ["TRAINING", "dog", "Image 1 is best"],
      ["GOLD", "cat", "Image 1 is best"],
      ["GOLD", "train", "Equally good"],
    ]);
    const { planHash } = await db.study.findUniqueOrThrow({ where: { id } });
    const plan = await readPlan(id);
    expect(hashPlan(plan)).toBe(planHash);
    const other = plan.items.map((item) =>
      item.kind === "GOLD" ? { ...item, expected: { type: "best" as const, position: 1 } } : item,
    );
    expect(hashPlan({ ...plan, items: other })).not.toBe(planHash);
    await expect(db.study.update({ where: { id }, data: { pickedChecks: [] } })).rejects.toThrow(/locked/);
    await expect(addCheck(id, picked[0]!, actor)).rejects.toMatchObject({ code: "conflict" });
  });

  it("rejects an older draft whose checks would have no known answer", async () => {
    const { id } = await createStudy(await design("old"), actor);
    await db.criterion.deleteMany({ where: { studyId: id, key: { not: "scale" } } });
    await expect(openStudy(id, actor)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("For “scale”, pick images and correct answers"),
    });
  });

  it("does not use the engine, so it does not wait for a fine-tune", () => {
    expect(openStudyJob.queue).toBe("import");
  });
});
