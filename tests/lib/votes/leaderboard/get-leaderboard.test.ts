/** What the leaderboard page shows in addition to the ratings, from answers given through the use cases. */
import { text } from "node:stream/consumers";
import { beforeAll, describe, expect, it } from "vitest";
import { computeIn } from "@/lib/computations/compute";
import { leaderboardOnce } from "@/lib/computations/leaderboard-once";
import { listStudyCategories } from "@/lib/datasets/list-categories";
import { storeBlob } from "@/lib/platform/storage/store-blob";
import type { RaterAnswer } from "@/lib/questions/rater-answer";
import { submitRating } from "@/lib/rating/answer/submit-rating";
import { excludeRater } from "@/lib/rating/checks/exclude-rater";
import { leaseAssignments } from "@/lib/rating/lease/lease-assignments";
import { exportResult, exportVotes } from "@/lib/votes/files/export-study";
import { getLeaderboard } from "@/lib/votes/leaderboard/get-leaderboard";
import { getLeaderboardHead } from "@/lib/votes/leaderboard/get-leaderboard-head";
import { getRatings } from "@/lib/votes/leaderboard/get-ratings";
import { listDeviations } from "@/lib/votes/leaderboard/list-deviations";
import { listRaters } from "@/lib/votes/list/list-raters";
import { readVoteSelection, type VoteSelection } from "@/lib/votes/list/vote-selection";
import { withTestDatabase } from "@/tests/database";
import { pastGuards } from "@/tests/past-guards";
import { storedCheckpoint } from "@/tests/stored-checkpoint";
import { answerTo, join } from "../../rating/rater-at-work";
import { createOpenStudy } from "../../studies/plan/open-study-fixture";

const { db } = await withTestDatabase();
const captions = 6;
let studyId: string;

/**
 * Four raters: two prefer real, tuned, original in this order; the contrarian the reverse; the blind one always takes
 * the left side. The contrarian is excluded. Anyone who looks misses the third word in the original's images.
 */
beforeAll(async () => {
  const study = await createOpenStudy(db, {
    captions,
    ratersPerItem: 4,
    arms: ["real", "original", "tuned"],
    marksWords: true,
    qualityControl: { repeats: 3 },
  });
  studyId = study.studyId;
  await alternateSides(study.itemIds);
  await makeSampleSets();
  for (const order of [
    ["real", "tuned", "original"],
    ["real", "tuned", "original"],
    ["original", "tuned", "real"],
    null,
  ]) {
    const rater = await join(study.inviteToken);
    await rateAll(rater, order);
    if (order?.[0] === "original") await excludeRater(rater, "contrary", "researcher@example.org");
  }
});

/** Along the items sides take turns: at random one careful rater in some hundred has a run that is flagged. */
async function alternateSides(itemIds: readonly string[]): Promise<void> {
  const seats = await db.seat.findMany({ where: { studyId } });
  await pastGuards(db, async (transaction) => {
    for (const { id, itemId, round } of seats) {
      const place = itemIds.indexOf(itemId);
      const placement = (place + round) % 2 === 0 ? [0, 1] : [1, 0];
      await transaction.seat.update({ where: { id }, data: { shuffle: 1000 * place, placement } });
    }
  });
}

/** The arms "original" and "tuned" become sample sets, whose images a metric has scored as people did. */
async function makeSampleSets(): Promise<void> {
  const { arms } = await db.study.findUniqueOrThrow({ where: { id: studyId }, include: { arms: true } });
  const datasetId = arms[0]!.datasetId!;
  const checkpoint = await db.checkpoint.create({
    data: {
      name: "model",
      ...storedCheckpoint,
    },
  });
  const texts = await db.caption.findMany({ where: { image: { datasetId } }, orderBy: { text: "asc" } });
  const { sha256 } = await storeBlob(Buffer.from("drawn"), { mediaType: "image/png" });
  for (const [index, name] of ["original", "tuned"].entries()) {
    const set = await db.sampleSet.create({
      data: {
        name,
        datasetId,
        baseCheckpointId: checkpoint.id,
        settings: {},
        state: "SUCCEEDED",
        requested: captions,
        // The higher seed is not shown, and its scores must not count.
        samples: {
          create: texts.flatMap(({ id }) =>
            [0, 1].map((seed) => ({ captionId: id, seed, blobSha256: sha256 })),
          ),
        },
      },
      include: { samples: true },
    });
    const placeOf = new Map(texts.map(({ id }, place) => [id, place]));
    await db.evaluation.create({
      data: {
        sampleSetId: set.id,
        datasetId,
        metrics: ["clip-score"],
        state: "SUCCEEDED",
        imageScores: {
          create: set.samples.map(({ id, seed, captionId }) => ({
            metric: "clip-score",
            sampleId: id,
            value: seed === 1 ? -9 * index : index + placeOf.get(captionId)! / 100,
          })),
        },
        scores: {
          create: {
            metric: "clip-score",
            value: index,
            realCount: captions,
            generatedCount: captions,
            recipe: {},
            warnings: [],
          },
        },
      },
    });
    await pastGuards(db, (transaction) =>
      transaction.arm.updateMany({
        where: { studyId, name },
        data: { datasetId: null, sampleSetId: set.id },
      }),
    );
  }
}

/** @param order arms from best to worst; null: always the left side */
async function rateAll(raterId: string, order: string[] | null): Promise<void> {
  for (;;) {
    const item = (await leaseAssignments(raterId)).items[0];
    if (!item) return;
    const assignment = await db.assignment.findUniqueOrThrow({
      where: { id: item.assignmentId },
      include: { item: { include: { images: { include: { arm: true } } } } },
    });
    const shown = assignment.placement.map(
      (position) => assignment.item.images.find((image) => image.position === position)!.arm!.name,
    );
    const best = order ? shown.indexOf(order.find((arm) => shown.includes(arm))!) : 0;
    const answer: RaterAnswer = { type: "pair", winner: best === 0 ? "left" : "right" };
    const original = shown.indexOf("original");
    const marks = order && original >= 0 ? [{ place: original, missedWords: [2], wrongPoints: [] }] : [];
    await submitRating(raterId, { ...answerTo(item.assignmentId, answer), marks });
  }
}

describe("getLeaderboard", () => {
  it("shows each rater's quality: consistency, the photograph as a hidden reference, flags", async () => {
    const { raters } = await getLeaderboard(studyId);
    expect(raters).toHaveLength(4);
    for (const careful of raters.slice(0, 2)) {
      expect(careful).toMatchObject({
        isExcluded: false,
        flags: [],
        repeated: { repeats: 3, agreement: 1 },
        reference: { compared: 2 * captions, preferred: 1 },
      });
      expect(careful.reliability!).toBeGreaterThan(0.8);
    }
    expect(raters[2]).toMatchObject({
      isExcluded: true,
      exclusionReason: "contrary",
      reference: { preferred: 0 },
    });
    const blind = raters[3]!;
    expect(blind.flags).toContain("one-sided");
    // Places are swapped, so anyone who takes a side contradicts themselves.
    expect(blind.repeated).toEqual({ repeats: 3, agreement: 0 });
    expect(blind.reliability!).toBeLessThan(raters[0]!.reliability!);
  });

  it("includes excluded raters only on request, and flagged ones by default", async () => {
    const counts = await Promise.all(
      (["all", "not-excluded", "not-flagged"] as const).map(
        async (raters) => (await getLeaderboard(studyId, undefined, { raters })).leaderboard.voteCount,
      ),
    );
    expect(counts).toEqual([72, 54, 36]);
    const { withoutFlagged, leaderboard } = await getLeaderboard(studyId);
    expect(withoutFlagged!.voteCount).toBe(36);
    expect(leaderboard.voteCount).toBe(54);
    const { withoutFlagged: none } = await getLeaderboard(studyId, undefined, { raters: "not-flagged" });
    expect(none).toBeNull();
  });

  it("shows the sensitivity of the leading difference: exclusions by hand are not planned exclusions", async () => {
    const { sensitivity } = await getLeaderboard(studyId);
    const ratersOf = (choice: string) => sensitivity!.rows.find((row) => row.choice === choice)!.raters;
    expect([ratersOf("all"), ratersOf("planned-exclusions"), ratersOf("not-excluded")]).toEqual([4, 4, 3]);
    expect(sensitivity).toMatchObject({ isPrimary: false, isShown: { raters: "not-excluded" } });
    const [published] = JSON.parse(await exportResult("sensitivity.json", studyId)) as {
      first: string;
      choices: unknown[];
    }[];
    expect(published).toMatchObject({ first: sensitivity!.pair[0], criterion: "caption-similarity" });
    expect(published!.choices).toHaveLength(sensitivity!.rows.length);
  });

  it("can be limited to captions that contain a text, or to picked ones", async () => {
    const one = await getLeaderboard(studyId, undefined, { containing: "NUMBER 3" });
    expect([one.leaderboard.captionCount, one.leaderboard.voteCount]).toEqual([1, 9]);
    const picked = await getLeaderboard(studyId, undefined, {
      captions: ["a dog number 1", "a dog number 2"],
    });
    expect(picked.leaderboard.captionCount).toBe(2);
  });

  it("can be limited to the captions of a category, with the intervals that these captions alone give", async () => {
    const texts = ["a dog number 1", "a dog number 2", "a dog number 3"];
    await db.caption.updateMany({
      where: { text: { in: texts } },
      data: { categories: { Category: ["Animals"], Challenge: ["Basic", "Simple"] } },
    });
    expect(await listStudyCategories(studyId)).toEqual([
      { name: "Category", value: "Animals", captionCount: 3 },
      { name: "Challenge", value: "Basic", captionCount: 3 },
      { name: "Challenge", value: "Simple", captionCount: 3 },
    ]);
    const simple = readVoteSelection(new URLSearchParams({ category: "Challenge=Simple" }));
    expect((await getLeaderboard(studyId, undefined, simple)).leaderboard.captionCount).toBe(3);
    const selection = readVoteSelection(new URLSearchParams({ category: "Category=Animals" }));
    const { leaderboard } = await getLeaderboard(studyId, undefined, selection);
    const { leaderboard: picked } = await getLeaderboard(studyId, undefined, { captions: texts });
    expect(leaderboard.captionCount).toBe(3);
    expect(leaderboard).toEqual(picked);
    const csv = await exportResult("leaderboard.csv", studyId, undefined, selection);
    expect(csv).toBe(await exportResult("leaderboard.csv", studyId, undefined, { captions: texts }));
    expect(csv).not.toBe(await exportResult("leaderboard.csv", studyId));
    expect(await listDeviations(studyId, selection)).toContain(
      "This result only counts captions whose Category is “Animals”.",
    );
    const none = { category: { name: "Category", value: "Food" } };
    expect((await getLeaderboard(studyId, undefined, none)).leaderboard.voteCount).toBe(0);
  });

  it("shows the items on which raters agree most and least, with the images as placed for each", async () => {
    const { examples } = await getLeaderboard(studyId, undefined, { raters: "not-flagged" });
    expect(examples.strongest).toHaveLength(6);
    expect(examples.weakest).toEqual([]);
    const { examples: all } = await getLeaderboard(studyId, undefined, { raters: "all" });
    expect(all.weakest[0]!.agreement).toBeLessThan(0.5);
    const [vote] = all.weakest[0]!.answers;
    expect(vote!.imageSha256s).toHaveLength(2);
    expect(vote!.shown).toHaveLength(2);
  });

  it("finds the missing words of each arm's images", async () => {
    const { faults } = await getLeaderboard(studyId, undefined, { raters: "not-flagged" });
    // "a dog number 3": one word of four, in the original alone.
    expect(faults!.arms.map(({ arm, missedShare }) => [arm, missedShare.value])).toEqual([
      ["real", 0],
      ["original", 0.25],
      ["tuned", 0],
    ]);
    expect(faults!.images[0]!.words[2]).toMatchObject({ word: "number", marked: 4 });
  });

  it("compares people's answers with the metric's scores of the images shown", async () => {
    const { metricAgreement } = await getLeaderboard(studyId);
    expect(metricAgreement).toHaveLength(1);
    // Of each caption both careful raters prefer the tuned image, and so does the metric; anyone who takes the left side
    // changes no majority. Photographs have no score.
    expect(metricAgreement[0]).toMatchObject({
      metric: "clip-score",
      arms: null,
      images: { value: 1, high: 1, pairs: 6, captions: 6, raters: 3, tiedByPeople: 0, tiedByMetric: 0 },
    });
    expect(metricAgreement[0]!.images!.low!).toBeGreaterThan(0.2);
    const { people } = metricAgreement[0]!.images!;
    expect(people!.pairs).toBe(6);
    expect(people!.value).toBeLessThan(people!.metric);
  });
});

it("puts the consistency of a vote's rater into votes.csv, but not the repeats themselves", async () => {
  const csv = await text(exportVotes(studyId));
  const [header, ...rows] = csv.trim().split("\n");
  expect(header).toContain("rater_repeats,rater_repeat_agreement");
  expect(rows).toHaveLength(72);
});

it.each<VoteSelection>([
  {},
  { raters: "all" },
  { raters: "not-excluded" },
  { raters: "not-flagged" },
  { containing: "number 3" },
  { containing: "nothing" },
])("has its ratings, which come first, digit for digit: %j", async (selection) => {
  const ratings = await getRatings(studyId, undefined, selection);
  expect(await getLeaderboard(studyId, undefined, selection)).toMatchObject(ratings);
  expect(ratings.hasAnswers).toBe(true);
  expect(ratings.leaderboard.rows).toHaveLength(3);
});

it("lists raters with their names in exports and the results of their repeats", async () => {
  const { raters } = await listRaters(studyId);
  const { raters: judged } = await getLeaderboard(studyId);
  expect(raters.map(({ pseudonym }) => pseudonym).sort()).toEqual(judged.map(({ rater }) => rater).sort());
  expect(raters.map(({ repeated }) => repeated?.agreement)).toEqual([1, 1, 1, 0]);
});

it("is computed once for its page and its files, however they ask for the same votes", async () => {
  let runs = 0;
  computeIn({
    run: async ({ input }) => {
      runs++;
      return { result: input, recorded: [], folder: "", dispose: async () => {} };
    },
    close: () => {},
    state: () => ({ waiting: 0, running: 0, processes: 1 }),
  });
  const ask = (key: string | undefined, selection: VoteSelection) =>
    leaderboardOnce(studyId, key, selection, { owner: "ada" });
  const { criterion, registeredRaters } = await getLeaderboardHead(studyId);
  const asPage = await ask(criterion.key, { containing: "", captions: [] });
  const asFile = await ask(undefined, { raters: registeredRaters, containing: " " });
  expect(asFile).toBe(asPage);
  expect(runs).toBe(1);
  await ask(undefined, { containing: "number 3" });
  // As an answer leaves its rater.
  await db.rater.updateMany({ where: { studyId }, data: { answerChanges: { increment: 1 } } });
  await ask(undefined, {});
  expect(runs).toBe(3);
});
