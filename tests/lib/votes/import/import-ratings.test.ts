/** Ratings of other tools become a closed study that every page of results works with. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { storeBlob } from "@/lib/platform/storage/store-blob";
import type { LikertAnswer } from "@/lib/questions/likert/statistics";
import { joinStudy } from "@/lib/rating/join/join-study";
import { deleteStudy } from "@/lib/studies/delete-study";
import { getDesign } from "@/lib/studies/design/get-design";
import { getStudy } from "@/lib/studies/get-study";
import { exportResult, exportVotes } from "@/lib/votes/files/export-study";
import { ratingsImport } from "@/lib/votes/import/import-fields";
import { importRatings } from "@/lib/votes/import/import-ratings";
import { previewRatings } from "@/lib/votes/import/preview-ratings";
import { getLeaderboard } from "@/lib/votes/leaderboard/get-leaderboard";
import { listDeviations } from "@/lib/votes/leaderboard/list-deviations";
import { resultsRevision } from "@/lib/votes/leaderboard/results-revision";
import { listRaters } from "@/lib/votes/list/list-raters";
import { attachMetrics } from "@/lib/votes/metrics/attach-metrics";
import { scoreCorrelations } from "@/lib/votes/metrics/score-correlations";
import { compareScoresWithMetrics } from "@/lib/votes/read/compare-scores-with-metrics";
import { parseMetrics } from "@/lib/votes/read/metric-table";
import { parseVotes } from "@/lib/votes/read/read-votes";
import { readColumnMapping } from "@/lib/votes/read/vote-fields";
import { rebuildRelease } from "@/lib/votes/release/rebuild-leaderboard";
import { releaseStudy } from "@/lib/votes/release/release-study";
import { withTestDatabase } from "@/tests/database";

const { db, dataFolder } = await withTestDatabase();
const actor = "researcher@example.org";

async function upload(text: string, rest: Partial<Record<"name" | "columns" | "scale", string>> = {}) {
  const { sha256 } = await storeBlob(Buffer.from(text), { mediaType: "text/csv" });
  const name = rest.name ?? `study ${crypto.randomUUID().slice(0, 8)}`;
  return ratingsImport.parse({ ...rest, name, source: { kind: "upload", name: "ratings.csv", sha256 } });
}

/** Two images of each model for each of twelve prompts, scored by four people on 0 to 100. */
const scores = `prompt,image,system,worker,rating,aspect\n${Array.from({ length: 192 }, (_, i) => {
  const [model, image, prompt, worker] = [i % 2, (i >> 1) % 2, (i >> 2) % 12, Math.floor(i / 48)];
  const value = 30 + 20 * model + ((prompt * 7 + image * 3 + worker * 5) % 20) + 0.5;
  return `a dog ${prompt},img ${prompt}-${image},"model ${model}, new",${worker},${value},How real is it?`;
}).join("\n")}\n`;
const columns = "item=image,model=system";

it("scores become a study with leaderboard, raters, exports and a release that can be rebuilt", async () => {
  const { studyId } = await importRatings(await upload(scores, { columns, name: "scores" }), actor);
  const study = await getStudy(studyId);
  expect(study).toMatchObject({
    state: "CLOSED",
    imported: { fileName: "ratings.csv", answers: 192, columns: { item: "image", caption: "prompt" } },
  });
  const board = await getLeaderboard(studyId);
  expect(board.criterion).toMatchObject({ key: "how-real-is-it", question: "How real is it?" });
  const { leaderboard } = board;
  expect(leaderboard.rows.map(({ arm }) => arm)).toEqual(["model 1, new", "model 0, new"]);
  // Items of one caption are units of their own.
  expect(leaderboard.krippendorffAlpha.units).toBe(48);
  expect(leaderboard.warnings).toEqual([expect.stringContaining("only 4 raters")]);
  expect(board.raters).toHaveLength(4);
  for (const { medianLatencyMs, flags } of board.raters) {
    expect(medianLatencyMs).toBeNull();
    expect(flags).toEqual([]);
  }
  expect(board.sensitivity!.pair).toEqual(["model 1, new", "model 0, new"]);
  for (const { agreement, answers } of [...board.examples.strongest, ...board.examples.weakest]) {
    expect(agreement).toBeGreaterThanOrEqual(0.5);
    expect(agreement).toBeLessThanOrEqual(1);
    expect(answers[0]!.imageSha256s).toEqual([]);
  }
  expect(await listDeviations(studyId)).toEqual([]);
  const { raters } = await listRaters(studyId);
  expect(raters.map(({ knownAs, answers }) => [knownAs, answers]).sort()).toEqual(
    ["0", "1", "2", "3"].map((name) => [name, 48]),
  );
  expect(await exportResult("sensitivity.json", studyId)).toContain("ordered-scores");
  expect(await exportResult("leaderboard.csv", studyId)).toContain(",imported");

  const again = parseVotes(Buffer.from(await text(exportVotes(studyId))), "votes.csv").questions[0]!;
  expect(again.answers.slice(0, 2)).toMatchObject([
    { caption: "a dog 0", item: "img 0-0", shown: ["model 0, new"], score: 30.5 },
    { caption: "a dog 0", item: "img 0-0", shown: ["model 1, new"], score: 50.5 },
  ]);

  const files = new Map<string, Buffer>();
  for await (const { name, bytes } of releaseStudy(studyId, actor)) {
    files.set(name, bytes instanceof Uint8Array ? Buffer.from(bytes) : await buffer(bytes));
  }
  const readme = files.get("README.md")!.toString();
  expect(readme).toContain("Imported answers: 192 votes from ratings.csv");
  expect(readme).toContain("**Final.**");
  expect([...files.keys()].filter((name) => name.startsWith("pictures/"))).toEqual([]);
  const { csv, votes } = await rebuildRelease(async (name) => files.get(name) ?? null);
  expect([csv, votes]).toEqual([await exportResult("leaderboard.csv", studyId), 192]);
});

it("metrics are attached, compared with the scores and exported; a table that lacks items is refused", async () => {
  const { studyId } = await importRatings(await upload(scores, { columns }), actor);
  expect((await getLeaderboard(studyId)).scoreCorrelations).toBeNull();
  const people = parseVotes(Buffer.from(scores), "ratings.csv", { columns: readColumnMapping(columns) });
  const images = people.questions[0]!.answers.map(({ item, shown }) => JSON.stringify([item, shown[0]]));
  const rows = [...new Set(images)].map((image, at) => {
    const [item, model] = JSON.parse(image) as [string, string];
    return `${item},"${model}",${(at * 7) % 24},${at % 5 === 0 ? "" : at % 4}`;
  });
  const table = (lines: readonly string[]) => `image,system,clip,vqa\n${lines.join("\n")}\n`;
  const attach = async (text: string) =>
    attachMetrics({ studyId, source: (await upload(text)).source }, actor);
  await expect(attach(table(rows.slice(2)))).rejects.toThrow("has no row for 2 of 48 items");
  await expect(attach(table([...rows, rows[0]!]))).rejects.toThrow("The first: line 50: image");
  expect(await db.studyMetrics.count({ where: { studyId } })).toBe(0);
  const before = await resultsRevision(studyId);
  expect(await attach(table(rows))).toEqual({ metrics: ["clip", "vqa"] });
  expect(await resultsRevision(studyId)).not.toBe(before);

  const found = (await getLeaderboard(studyId)).scoreCorrelations!;
  expect(found).toMatchObject({ fileName: "ratings.csv", items: 48, captions: 12 });
  const answers = people.questions[0]!.answers as LikertAnswer[];
  const alone = compareScoresWithMetrics(answers, parseMetrics(Buffer.from(table(rows)), "t.csv", "system"));
  expect(found.correlations).toEqual([...alone.correlation].map(([metric, own]) => ({ metric, ...own })));
  expect(found.differences).toEqual(alone.differences);
  expect(found.notes).toEqual([expect.stringContaining("vqa has no value for 10 items")]);
  const [published] = JSON.parse(await exportResult("correlations.json", studyId));
  expect(published).toMatchObject({ criterion: "how-real-is-it", file: "ratings.csv", items: 48 });
  expect(published.correlation.clip).toEqual(alone.correlation.get("clip"));

  // Without a table, evaluations' values of the images shown: photographs have none.
  const own = answers.map(({ item: _, ...answer }) => answer);
  const values = own
    .filter(({ shown }) => shown[0] === "model 1, new")
    .map(({ caption }) => ({ metric: "clip-score", caption, arm: "model 1, new", value: caption.length }));
  const { studyId: another } = await importRatings(await upload(scores, { columns }), actor);
  const evaluated = (await scoreCorrelations(another, own, values))!;
  expect(evaluated).toMatchObject({ fileName: null, items: 24, correlations: [{ metric: "clip-score" }] });
  expect(evaluated.correlations[0]!.spearman.low).not.toBeNull();
  expect(evaluated.notes).toEqual([expect.stringContaining("clip-score has no value for 12 items")]);

  const pairs = await upload("caption,rater,left,right,winner\na,r,x,y,left\n");
  const { studyId: ofPairs } = await importRatings(pairs, actor);
  await expect(
    attachMetrics({ studyId: ofPairs, source: (await upload("caption,clip\na,1\n")).source }, actor),
  ).rejects.toThrow("no scores to compare");
});

it("a study that was exported is imported with the same figures, its excluded raters excluded", async () => {
  const header = "caption,rater,left,right,winner";
  const rows = Array.from({ length: 60 }, (_, i) => {
    const [left, right] = i % 2 ? ["x", "y"] : ["y", "x"];
    return `c${i % 10},r${i % 6},${left},${right},${["left", "right", "both_bad", "left", "tie"][i % 5]}`;
  });
  const first = await importRatings(await upload(`${header}\n${rows.join("\n")}\n`), actor);
  await db.rater.updateMany({
    where: { studyId: first.studyId, externalId: "r5" },
    data: { excludedAt: new Date(), exclusionReason: "careless" },
  });
  const before = await getLeaderboard(first.studyId);
  const second = await importRatings(await upload(await text(exportVotes(first.studyId))), actor);
  const after = await getLeaderboard(second.studyId);
  expect(after.leaderboard.rows).toEqual(before.leaderboard.rows);
  expect(after.leaderboard.krippendorffAlpha).toEqual(before.leaderboard.krippendorffAlpha);
  expect(after.raters.filter(({ isExcluded }) => isExcluded)).toHaveLength(1);
  expect(after.leaderboard.voteCount).toBe(25);
});

it("rankings and repeated judgements are kept, each as an answer of its own", async () => {
  const rankings = "caption,rater,ranking\nc,r,a > b > c\nd,r,c > b > a\nc,r,b > a > c\n";
  const { studyId } = await importRatings(await upload(rankings), actor);
  const { leaderboard } = await getLeaderboard(studyId);
  expect(leaderboard.voteCount).toBe(3);
  expect(leaderboard.model).toBe("plackett-luce");
});

it("cannot be rated, designed again, or opened", async () => {
  const { studyId } = await importRatings(await upload(scores, { columns }), actor);
  const { inviteToken } = await db.study.findUniqueOrThrow({ where: { id: studyId } });
  await expect(joinStudy(inviteToken, {} as never)).rejects.toMatchObject({ code: "gone" });
  await expect(getDesign(studyId)).rejects.toMatchObject({ code: "conflict" });
  await expect(db.study.update({ where: { id: studyId }, data: { state: "OPEN" } })).rejects.toThrow();
});

it("a preview says what is read as what, and a refused file leaves nothing behind", async () => {
  const preview = await previewRatings(await upload(scores, { columns, scale: "0-100" }));
  expect(preview).toMatchObject({
    columns: { question: "aspect", caption: "prompt", item: "image", rater: "worker", model: "system" },
    questions: [{ question: "How real is it?", answers: 192, captions: 12, raters: 4 }],
    headings: ["prompt", "image", "system", "worker", "rating", "aspect"],
  });
  expect("rows" in preview && preview.rows).toHaveLength(5);

  const before = await db.study.count();
  const bad = scores.replace("30.5", "130.5").replace("50.5", "five");
  expect(await previewRatings(await upload(bad, { columns }))).toMatchObject({
    refusal: {
      message: "ratings.csv has 2 bad of 192 rows.",
      headings: ["prompt", "image", "system", "worker", "rating", "aspect"],
      badRows: [
        { line: 2, reason: expect.stringContaining('score is "130.5", not 0 to 100') },
        { line: 3, reason: 'score is "five" (use a number, 0 to 100)' },
      ],
    },
  });
  await expect(importRatings(await upload(bad, { columns }), actor)).rejects.toMatchObject({
    code: "invalid_file",
  });
  const many = `caption,rater,model,score\n${Array.from({ length: 120 }, (_, i) => `c,r,m${i},1`).join("\n")}\n`;
  expect(await previewRatings(await upload(many))).toMatchObject({
    refusal: { message: "The file names 120 models; a study has at most 100." },
  });
  const nul = JSON.stringify([{ caption: "a\0", rater: "r", model: "m", score: 1 }]);
  expect(await previewRatings(await upload(nul))).toMatchObject({
    refusal: { message: "The name “a␀” contains a NUL character." },
  });
  await expect(importRatings(await upload(scores, { columns, name: "scores" }), actor)).rejects.toMatchObject(
    {
      code: "conflict",
      details: { field: "name" },
    },
  );
  await expect(previewRatings(await upload(scores, { columns: "model=nothing" }))).rejects.toMatchObject({
    code: "invalid_input",
  });
  const path = join(dataFolder, "imports", "here.csv");
  await writeFile(path, scores);
  const onServer = { name: "x", columns, source: { kind: "path", path } };
  expect(await previewRatings(ratingsImport.parse(onServer))).toMatchObject({ fileName: "here.csv" });
  const elsewhere = { ...onServer, source: { kind: "path", path: "/etc/hostname" } };
  await expect(previewRatings(ratingsImport.parse(elsewhere))).rejects.toMatchObject({
    code: "invalid_input",
    details: { field: "path" },
  });
  expect(await db.study.count()).toBe(before);
});

it("is deleted with its answers, named in the audit log; votes that were given here are not", async () => {
  const { studyId } = await importRatings(await upload(scores, { columns, name: "no longer wanted" }), actor);
  const raters = await db.rater.findMany({ where: { studyId }, select: { id: true } });
  const before = await db.rating.count();
  await deleteStudy(studyId, actor);
  expect(await db.study.count({ where: { id: studyId } })).toBe(0);
  expect(await db.rating.count()).toBe(before - 192);
  expect(await db.assignment.count({ where: { raterId: { in: raters.map(({ id }) => id) } } })).toBe(0);
  expect(await db.auditEntry.findFirst({ where: { action: "study.deleted" } })).toMatchObject({
    subjectName: "no longer wanted",
    detail: { studyId, isImported: true },
  });
});
