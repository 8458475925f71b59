/** From a design to blind items: images become alike in everything except their content. */
import { createHash } from "node:crypto";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { changeCaptionLanguage } from "@/lib/datasets/caption-language";
import { auditHash, chainStart } from "@/lib/platform/audit/append-audit-entry";
import { wantRenditions } from "@/lib/platform/renditions/find-rendition";
import { makePendingRenditions } from "@/lib/platform/renditions/make-renditions";
import { readBlob, storeBlob } from "@/lib/platform/storage/store-blob";
import { previewImage } from "@/lib/rating/preview/preview-image";
import { previewStudy } from "@/lib/rating/preview/preview-study";
import { deleteStudy } from "@/lib/studies/delete-study";
import { changeDraft } from "@/lib/studies/design/change-draft";
import { createStudy } from "@/lib/studies/design/create-study";
import { getStudy } from "@/lib/studies/get-study";
import { openStudy } from "@/lib/studies/plan/open-study";
import { hashPlan, planToJson } from "@/lib/studies/plan/plan-hash";
import { readPlan } from "@/lib/studies/plan/read-plan";
import { attachTimestamp } from "@/lib/studies/registration/attach-timestamp";
import { getRegistration } from "@/lib/studies/registration/get-registration";
import { closeStudy } from "@/lib/studies/stopping/close-study";
import { getLeaderboard } from "@/lib/votes/leaderboard/get-leaderboard";
import { listDeviations } from "@/lib/votes/leaderboard/list-deviations";
import { withTestDatabase } from "@/tests/database";
import { storedCheckpoint } from "@/tests/stored-checkpoint";
import { timestampReplyFor } from "@/tests/timestamp-replies";

const { db } = await withTestDatabase();

const actor = "researcher@example.org";
const criteria = [{ key: "caption-similarity", question: "Which image matches the caption better?" }];
let datasetId: string;
let sampleSetId: string;
let shorterSetId: string;

/** A noisy photograph-like JPEG with EXIF, in landscape. */
async function photograph(seed: number): Promise<Buffer> {
  const pixels = Buffer.from(
    Array.from({ length: 200 * 120 * 3 }, (_, i) => (i * 2654435761 * (seed + 1)) >>> 24),
  );
  return sharp(pixels, { raw: { width: 200, height: 120, channels: 3 } })
    .withExif({ IFD0: { Copyright: "photographer", Software: "camera" } })
    .jpeg({ quality: 80 })
    .toBuffer();
}

/** A smooth generated-like PNG with a text chunk, square. */
async function generated(seed: number, green: number): Promise<Buffer> {
  return sharp({
    create: { width: 64, height: 64, channels: 3, background: { r: seed * 20, g: green, b: 40 } },
  })
    .withMetadata({ density: 300 })
    .png()
    .toBuffer();
}

async function sampleSet(name: string, checkpointId: string, captionIds: string[]): Promise<string> {
  const set = await db.sampleSet.create({
    data: {
      name,
      datasetId,
      baseCheckpointId: checkpointId,
      settings: {},
      state: "SUCCEEDED",
      requested: captionIds.length,
    },
  });
  for (const [index, captionId] of captionIds.entries()) {
    for (const seed of [1, 0]) {
      const { sha256 } = await storeBlob(await generated(index * 2 + seed, name.length * 9), {
        mediaType: "image/png",
      });
      await db.sample.create({ data: { sampleSetId: set.id, captionId, seed, blobSha256: sha256 } });
    }
  }
  return set.id;
}

beforeAll(async () => {
  const dataset = await db.dataset.create({ data: { name: "dogs", state: "READY" } });
  datasetId = dataset.id;
  const captionIds: string[] = [];
  for (let index = 0; index < 3; index++) {
    const { sha256 } = await storeBlob(await photograph(index), { mediaType: "image/jpeg" });
    const image = await db.image.create({
      data: {
        datasetId,
        stem: `dog-${index}`,
        position: index,
        blobSha256: sha256,
        widthPx: 200,
        heightPx: 120,
        captions: {
          create: [
            { position: 0, text: `dog ${index}`, tokenCount: 2 },
            { position: 1, text: `another caption of dog ${index}`, tokenCount: 6 },
          ],
        },
      },
      include: { captions: { orderBy: { position: "asc" } } },
    });
    captionIds.push(image.captions[0]!.id);
  }
  const checkpoint = await db.checkpoint.create({
    data: {
      name: "tiny",
      ...storedCheckpoint,
    },
  });
  sampleSetId = await sampleSet("original", checkpoint.id, captionIds);
  shorterSetId = await sampleSet("fine-tuned", checkpoint.id, captionIds.slice(0, 2));
});

function design(name: string) {
  return {
    name,
    criteria,
    arms: [
      { name: "real", datasetId },
      { name: "original", sampleSetId },
      { name: "fine-tuned", sampleSetId: shorterSetId },
    ],
  };
}

describe("a preview of a draft", () => {
  it("shows the items that raters will get, rendered blind, and stores nothing", async () => {
    const { id } = await createStudy(
      { ...design("previewed"), itemsPerRater: 5, endings: { complete: { code: "DONE" } } },
      actor,
    );
    const preview = await previewStudy(id);
    expect(preview.items).toHaveLength(5);
    expect(preview.asked).toBe(5);
    await wantRenditions(
      preview.items.flatMap(({ item }) => item.imageTokens),
      "blind-64",
    );
    await makePendingRenditions(new AbortController().signal);
    for (const { item, placement } of preview.items) {
      expect(item.question).toBe(criteria[0]!.question);
      expect(item.imageTokens).toHaveLength(placement.length);
      for (const token of item.imageTokens) {
        const { format, width, height, exif } = await sharp(await previewImage(id, token)).metadata();
        expect([format, width, height, exif]).toEqual(["png", 64, 64, undefined]);
      }
    }
    expect(await db.item.count({ where: { studyId: id } })).toBe(0);
    expect((await getStudy(id)).state).toBe("DRAFT");
    await expect(previewImage(id, "0".repeat(64))).rejects.toMatchObject({ code: "not_found" });
  });

  it("says what keeps the study from opening", async () => {
    const { id } = await createStudy(
      { ...design("nothing to ask"), captionChoice: { choice: "containing", text: "zebra" } },
      actor,
    );
    await expect(previewStudy(id)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("zebra"),
    });
  });
});

describe("a study of some categories", () => {
  it("asks about their captions alone, and says so in its plan", async () => {
    const two = { ...design("of animals"), arms: design("").arms.slice(0, 2) };
    const [caption] = await db.caption.findMany({ where: { text: "dog 1" } });
    await db.caption.update({ where: { id: caption!.id }, data: { categories: { Category: ["Animals"] } } });
    const choiceOf = (...categories: string[]) =>
      createStudy(
        { ...two, name: categories.join(), captionChoice: { choice: "category", categories } },
        actor,
      );
    const { id } = await choiceOf("Category=Animals", "Category=Food");
    await openStudy(id, actor);
    const items = await db.item.findMany({ where: { studyId: id }, select: { captionText: true } });
    expect(items).toEqual([{ captionText: "dog 1" }]);
    expect(planToJson(await readPlan(id))).toContain('"Category=Animals"');
    const none = await choiceOf("Category=Cars");
    await expect(previewStudy(none.id)).rejects.toMatchObject({
      code: "invalid_input",
      message: "None of the captions that all arms share is of Category=Cars.",
    });
  });
});

describe("a study", () => {
  it("uses the language of its arms' dataset at the time when it opens", async () => {
    const languageOf = async (id: string) =>
      (await db.study.findUniqueOrThrow({ where: { id } })).captionLanguage;
    await changeCaptionLanguage(datasetId, "ar");
    const ofPhotographs = await createStudy(design("captions in Arabic"), actor);
    const ofSamples = await createStudy(
      { ...design("samples in Arabic"), arms: design("").arms.slice(1) },
      actor,
    );
    for (const { id } of [ofPhotographs, ofSamples]) await openStudy(id, actor);
    await changeCaptionLanguage(datasetId, "en");
    expect(await languageOf(ofPhotographs.id)).toBe("ar");
    expect(await languageOf(ofSamples.id)).toBe("ar");
  });

  it("makes one item per shared caption and pair of arms, of images alike in size, codec, length and metadata", async () => {
    const { id } = await createStudy(design("alike"), actor);
    const { itemCount } = await openStudy(id, actor);
    expect(itemCount).toBe(2 * 3);
    const images = await db.itemImage.findMany({ where: { item: { studyId: id } } });
    const shown = await Promise.all([...new Set(images.map(({ blobSha256 }) => blobSha256!))].map(readBlob));
    expect(shown).toHaveLength(2 * 3);
    const looks = await Promise.all(
      shown.map(async (png) => {
        const { format, width, height, channels, depth, space, exif, icc, xmp, density, comments } =
          await sharp(png).metadata();
        return {
          bytes: png.length,
          format,
          width,
          height,
          channels,
          depth,
          space,
          exif,
          icc,
          xmp,
          density,
          comments,
        };
      }),
    );
    for (const look of looks) expect(look).toEqual(looks[0]);
    expect(looks[0]).toMatchObject({ format: "png", width: 64, height: 64, channels: 3 });
    expect(looks[0]!.exif).toBeUndefined();
  });

  it("shows the lowest seed, so that nobody can choose the best-looking sample", async () => {
    const { id } = await createStudy(design("lowest seed"), actor);
    await openStudy(id, actor);
    const sample = await db.sample.findFirstOrThrow({ where: { sampleSetId, seed: 0 } });
    const image = await db.itemImage.findFirstOrThrow({
      where: { item: { studyId: id, captionId: sample.captionId }, arm: { name: "original" } },
    });
    const [source, shown] = await Promise.all([readBlob(sample.blobSha256), readBlob(image.blobSha256!)]);
    expect(await sharp(shown).raw().toBuffer()).toEqual(await sharp(source).removeAlpha().raw().toBuffer());
  });

  it("opens once, fixes a plan hash, cannot be deleted afterwards, and closes once", async () => {
    const { id } = await createStudy(design("once"), actor);
    await openStudy(id, actor);
    await expect(openStudy(id, actor)).rejects.toMatchObject({ code: "conflict" });
    await expect(deleteStudy(id, actor)).rejects.toMatchObject({ code: "conflict" });
    expect((await db.study.findUniqueOrThrow({ where: { id } })).planHash).toMatch(/^[0-9a-f]{64}$/);
    await closeStudy(id, actor);
    await expect(closeStudy(id, actor)).rejects.toMatchObject({ code: "conflict" });
  });

  it("fixes the registration as shown in the draft, so that a timestamp of the draft's text stays valid", async () => {
    const primary = { question: "caption-similarity", arms: ["original", "fine-tuned"] as [string, string] };
    const input = { ...design("registered"), primary, registration: { hypothesis: "Tuning helps." } };
    const { id } = await createStudy(input, actor);
    const draft = await getRegistration(id);
    expect(draft).toMatchObject({ isFixed: false, timestamp: null });
    expect(draft.text).toContain("Tuning helps.");
    const at = new Date("2026-11-28T12:00:00Z");
    const another = timestampReplyFor(`${draft.text} `, at);
    await expect(attachTimestamp(id, another, actor)).rejects.toThrow("belongs to something else");
    expect(await attachTimestamp(id, timestampReplyFor(draft.text, at), actor)).toMatchObject({ at });

    await changeDraft(id, { ...input, registration: { hypothesis: "Tuning harms." } }, actor);
    expect((await getRegistration(id)).timestamp).toMatchObject({ timestamp: null });
    await changeDraft(id, input, actor);
    await openStudy(id, actor);
    expect(await getRegistration(id)).toMatchObject({
      text: draft.text,
      sha256: draft.sha256,
      isFixed: true,
      timestamp: { timestamp: { at, authority: "Test Authority" }, answersBefore: 0, fault: null },
    });
    const plan = await readPlan(id);
    expect(hashPlan(plan)).toBe((await db.study.findUniqueOrThrow({ where: { id } })).planHash);
    expect(JSON.parse(planToJson(plan))).toMatchObject({ primary, registrationText: draft.text });
    expect(await listDeviations(id)).toEqual([]);
    expect((await getLeaderboard(id)).primary).toEqual(primary);
  });

  it("compares many arms with a few opponents each, and locks their number", async () => {
    const arms = Array.from({ length: 70 }, (_, index) => ({ name: `checkpoint ${index}`, sampleSetId }));
    const { id } = await createStudy({ ...design("many arms"), arms, opponents: 4 }, actor);
    expect((await openStudy(id, actor)).itemCount).toBe(3 * ((70 * 4) / 2));
    const shown = await db.itemImage.groupBy({
      by: ["armId"],
      where: { item: { studyId: id } },
      _count: true,
    });
    expect(shown.map(({ _count }) => _count)).toEqual(Array(70).fill(3 * 4));
    await expect(db.study.update({ where: { id }, data: { opponents: 2 } })).rejects.toThrow(/locked/);
  });

  it("refuses too many items, and says how to reduce them", async () => {
    const arms = Array.from({ length: 400 }, (_, index) => ({ name: `checkpoint ${index}`, sampleSetId }));
    const { id } = await createStudy({ ...design("too many items"), arms }, actor);
    await expect(openStudy(id, actor)).rejects.toMatchObject({
      code: "invalid_input",
      message: "The design makes 239400 items, 79800 for each of 3 captions; the limit is 200000.",
      details: { field: "opponents" },
    });
  });

  it("refuses to open if the arms share no caption, and says how many images each has", async () => {
    const empty = await db.dataset.create({ data: { name: "others", state: "READY" } });
    const { sha256 } = await storeBlob(await photograph(9), { mediaType: "image/jpeg" });
    await db.image.create({
      data: {
        datasetId: empty.id,
        stem: "cat",
        position: 0,
        blobSha256: sha256,
        widthPx: 200,
        heightPx: 120,
        captions: { create: { position: 0, text: "a cat", tokenCount: 2 } },
      },
    });
    const { id } = await createStudy(
      {
        ...design("no common caption"),
        arms: [
          { name: "cats", datasetId: empty.id },
          { name: "original", sampleSetId },
        ],
      },
      actor,
    );
    await expect(openStudy(id, actor)).rejects.toMatchObject({
      code: "invalid_input",
      message: "The arms share no caption (images per arm: cats: 1, original: 3).",
    });
    expect((await db.study.findUniqueOrThrow({ where: { id } })).state).toBe("DRAFT");
  });

  it("names the field when its name is taken or two arms share one", async () => {
    await createStudy(design("taken"), actor);
    await expect(createStudy(design("taken"), actor)).rejects.toMatchObject({
      code: "conflict",
      details: { field: "name" },
    });
    const twice = {
      ...design("twice"),
      arms: [
        { name: "Real", datasetId },
        { name: "real", sampleSetId },
      ],
    };
    await expect(createStudy(twice, actor)).rejects.toMatchObject({
      issues: [{ path: ["arms", 1, "name"], message: "Two arms have this name." }],
    });
  });

  it("has a leaderboard before the first vote: every arm, no ratings", async () => {
    const { id } = await createStudy(design("no votes"), actor);
    await openStudy(id, actor);
    const { leaderboard } = await getLeaderboard(id);
    expect(leaderboard.rows.map((row) => [row.arm, row.rating, row.num_battles])).toEqual([
      ["real", null, 0],
      ["original", null, 0],
      ["fine-tuned", null, 0],
    ]);
    await expect(getLeaderboard(id, "beauty")).rejects.toMatchObject({ code: "not_found" });
  });

  it("leaves an unbroken chain in the audit log", async () => {
    const entries = await db.auditEntry.findMany({ orderBy: { sequence: "asc" } });
    expect(entries.length).toBeGreaterThan(5);
    let previousHash = chainStart;
    for (const entry of entries) {
      expect(entry.previousHash).toBe(previousHash);
      expect(auditHash(entry)).toBe(entry.hash);
      previousHash = entry.hash;
    }
  });
});

describe("a study with a damaged image", () => {
  /** A dataset of three photographs, of which one is damaged and one is lost from the store. */
  async function spoiltDataset(name: string, good: number): Promise<string> {
    const { id } = await db.dataset.create({ data: { name, state: "READY" } });
    const photographs = [
      {
        fileName: "cats/damaged.jpg",
        sha256: (await storeBlob(Buffer.from(name), { mediaType: "image/jpeg" })).sha256,
      },
      { fileName: "cats/lost.jpg", sha256: createHash("sha256").update(`lost ${name}`).digest("hex") },
      ...(await Promise.all(
        Array.from({ length: good }, async (_, index) => ({
          fileName: `cats/${index}.jpg`,
          sha256: (await storeBlob(await photograph(50 + index), { mediaType: "image/jpeg" })).sha256,
        })),
      )),
    ];
    for (const [position, { fileName, sha256 }] of photographs.entries()) {
      await db.image.create({
        data: {
          datasetId: id,
          stem: fileName.replace(".jpg", ""),
          fileName,
          position,
          blobSha256: sha256,
          widthPx: 200,
          heightPx: 120,
          captions: { create: { position: 0, text: `caption of ${fileName}`, tokenCount: 4 } },
        },
      });
    }
    return id;
  }

  it("opens without it, uses another caption instead, and names its file", async () => {
    const id = await spoiltDataset("spoilt", 3);
    const arms = [
      { name: "one", datasetId: id },
      { name: "two", datasetId: id },
    ];
    const study = await createStudy(
      { name: "spoilt", criteria, arms, captionChoice: { choice: "first", count: 2 } },
      actor,
    );
    expect(await openStudy(study.id, actor)).toEqual({ itemCount: 2 });
    const { leftOut } = await getStudy(study.id);
    expect(leftOut.map(({ reason }) => reason)).toEqual([
      "cats/damaged.jpg is damaged.",
      "cats/lost.jpg is missing from the data folder.",
    ]);
    const items = await db.item.findMany({ where: { studyId: study.id }, select: { captionText: true } });
    expect(items.map(({ captionText }) => captionText).sort()).toEqual([
      "caption of cats/0.jpg",
      "caption of cats/1.jpg",
    ]);
  });

  it("does not open if none is left, and says which are missing", async () => {
    const id = await spoiltDataset("all spoilt", 0);
    const arms = [
      { name: "one", datasetId: id },
      { name: "two", datasetId: id },
    ];
    const study = await createStudy({ name: "all spoilt", criteria, arms }, actor);
    await expect(openStudy(study.id, actor)).rejects.toThrow(
      "2 images could not be read and were left out: cats/damaged.jpg is damaged. cats/lost.jpg is missing",
    );
  });
});
