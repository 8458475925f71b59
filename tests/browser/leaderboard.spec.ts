/** The leaderboard as researchers use it: every question type, filters, sorting, raters, all files. */
import { readFileSync } from "node:fs";
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { parse } from "csv-parse/sync";
import { unzipSync } from "fflate";
import { db } from "@/lib/platform/database/db";
import { excludeRater } from "@/lib/rating/checks/exclude-rater";
import { rebuildRelease } from "@/lib/votes/release/rebuild-leaderboard";
import { timestampReplyFor } from "@/tests/timestamp-replies";
import { answerStudy } from "./answer-study";
import { findViolations } from "./find-violations";
import { signIn } from "./sign-in";
import { openStudyOfPhotographs } from "./study-of-photographs";

const captions = 6;
let context: BrowserContext;
let page: Page;
let studyId: string;
let inviteToken: string;

test.beforeAll(async ({ browser }) => {
  // A failed test starts this file again, in the same database.
  const study = await openStudyOfPhotographs(`leaderboard ${crypto.randomUUID().slice(0, 8)}`, {
    captions,
    ratersPerItem: 9,
    criteria: [
      {
        key: "caption-similarity",
        question: "Which image matches the caption better?",
        marksWords: true,
        marksPlaces: true,
      },
      { key: "photorealism", question: "How much does it look like a photograph?", questionType: "likert" },
      { key: "liking", question: "Put the images in the order you like them.", questionType: "ranking" },
      { key: "extremes", question: "Which is best, and which worst?", questionType: "best-worst" },
    ],
    design: {
      primary: { question: "caption-similarity", arms: ["original", "fine-tuned"] },
      registration: {
        hypothesis: "Fine-tuning helps.",
        exclusionsByHand: "Whoever contradicts the photographs.",
      },
    },
  });
  studyId = study.id;
  inviteToken = study.joinPath.slice("/join/".length);
  const most = ["real", "fine-tuned", "original"];
  const others = ["fine-tuned", "real", "original"];
  const raters = await answerStudy(inviteToken, [
    ...[most, most, most, others, others],
    null,
    ["original", "fine-tuned", "real"],
  ]);
  await excludeRater(raters.at(-1)!, "answers against the photographs", "researcher@example.org");
  await scoreImages();
  context = await browser.newContext();
  page = await context.newPage();
  await signIn(page, "RESEARCHER");
});

test.afterAll(async () => {
  await context?.close();
  await db.$disconnect();
});

/** A metric that says what people say, and one value for each set. */
async function scoreImages(): Promise<void> {
  const { arms } = await db.study.findUniqueOrThrow({
    where: { id: studyId },
    include: { arms: { include: { sampleSet: { include: { samples: true } } } } },
  });
  for (const { name, sampleSet } of arms) {
    if (!sampleSet) continue;
    const better = Number(name === "fine-tuned");
    await db.evaluation.create({
      data: {
        sampleSetId: sampleSet.id,
        datasetId: sampleSet.datasetId,
        metrics: ["clip-score"],
        state: "SUCCEEDED",
        scores: {
          create: {
            metric: "clip-score",
            value: 0.6 + 0.1 * better,
            low: 0.5,
            high: 0.8,
            realCount: captions,
            generatedCount: captions,
            recipe: {},
            warnings: [],
          },
        },
        imageScores: {
          create: sampleSet.samples.map(({ id }, index) => ({
            metric: "clip-score",
            sampleId: id,
            value: better + index / 100,
          })),
        },
      },
    });
  }
}

const board = () => `/admin/studies/${studyId}/leaderboard`;
const armsInOrder = () =>
  page.getByRole("table", { name: "Leaderboard" }).locator("tbody tr td:nth-child(2)").allTextContents();

test("pairs: ratings, ranks, head to head, marked faults, raters, examples and metrics", async () => {
  await page.goto(board());
  expect(await armsInOrder()).toEqual(["real", "fine-tuned", "original"]);
  await expect(page.getByText(/Davidson’s model\); bars are 95% intervals/).first()).toBeVisible();
  await expect(page.getByRole("table", { name: /Share of comparisons/ })).toContainText("votes");
  const differences = page.getByRole("table", { name: "Differences between arms" });
  await expect(differences.getByRole("row")).toHaveCount(1 + 3);
  await expect(differences.getByRole("row", { name: /real – original/ })).toContainText(/\+\d+/);
  await expect(differences.getByText(/^(Separated|Not separated)$/)).toHaveCount(3);
  await expect(page.getByText(/3 comparisons; p values are adjusted by Holm’s method/)).toBeVisible();
  await expect(page.getByText(/Not comparable between studies/)).toBeVisible();
  await expect(page.getByText("of the gap from original to real")).toBeVisible();

  const faults = page.getByRole("table", { name: "Faults by arm" });
  await expect(faults.getByRole("row", { name: /^real/ })).toContainText("0.0%");
  await expect(faults.getByRole("row", { name: /^original/ })).not.toContainText("0.0% (");
  await expect(page.locator("mark").first()).toContainText("times marked as missing");

  const raters = page.getByRole("table", { name: "Raters’ work" });
  await expect(raters.getByRole("row")).toHaveCount(8);
  await expect(raters.getByRole("row", { name: /One side/ })).toHaveCount(1);
  await expect(raters.getByRole("row", { name: /Excluded/ })).toContainText("0% of 12");

  await expect(page.getByRole("region", { name: "Leaderboard" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Strongest agreement" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Strongest disagreement" })).toBeVisible();
  await expect(page.getByText(/\d × (real|fine-tuned|original)/).first()).toBeVisible();

  const metrics = page.getByRole("table", { name: "Agreement of metrics with people" });
  await expect(metrics.getByRole("row", { name: /CLIPScore/ })).toContainText(/100%\d+% to 100% · 6 pairs/);
  await expect(metrics.getByRole("columnheader", { name: "Within captions" })).toBeVisible();
});

test("filters exclude flagged raters or captions, survive sorting and tabs, and apply to the files", async () => {
  await page.goto(board());
  const votes = page.getByText(/^\d+ by \d raters on \d captions$/);
  await expect(votes).toHaveText("108 by 6 raters on 6 captions");
  await expect(page.getByRole("heading", { name: "Without flagged raters" })).toBeVisible();
  await page.getByText("Answers counted: all except excluded raters").click();
  await page.getByLabel("Raters", { exact: true }).selectOption("not-flagged");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(votes).toHaveText("90 by 5 raters on 6 captions");
  await expect(page.getByRole("heading", { name: "Without flagged raters" })).toHaveCount(0);

  await page.getByRole("table", { name: "Leaderboard" }).getByRole("link", { name: "Arm" }).click();
  await expect.poll(armsInOrder).toEqual(["fine-tuned", "original", "real"]);
  await expect(votes).toHaveText("90 by 5 raters on 6 captions");

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Leaderboard as CSV" }).click(),
  ]);
  const rows: Record<string, string>[] = parse(readFileSync(await download.path()), { columns: true });
  expect(rows.map(({ num_battles, n_raters }) => [num_battles, n_raters])).toEqual(
    Array.from({ length: 3 }, () => ["60", "5"]),
  );

  await page.getByLabel("Captions that contain").fill("nothing says this");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page.getByText("No answers match this choice")).toBeVisible();
  await page.getByRole("link", { name: "Count as planned" }).click();
  await expect(votes).toHaveText("108 by 6 raters on 6 captions");
});

test("says what was registered, what is exploratory, and where the study deviated from its registration", async () => {
  await page.goto(board());
  await expect(
    page.getByText("Registered result: the difference between original and fine-tuned."),
  ).toBeVisible();
  const deviations = page.getByRole("heading", { name: "Deviations from the plan" }).locator("..");
  await expect(deviations).toContainText("1 rater was excluded by hand");
  await expect(deviations).not.toContainText("left out of this result");
  const heading = (name: string) => page.getByRole("heading", { name, exact: true }).locator("..");
  await expect(heading("Head to head")).toContainText("Exploratory");
  await expect(heading("Differences")).not.toContainText("Exploratory");
  await page.goto(`${board()}?raters=not-flagged&criterion=photorealism`);
  await expect(deviations).toContainText("Flagged raters are left out of this result");
  await expect(page.getByText("This question is exploratory.")).toBeVisible();
  await expect(heading("Differences")).toContainText("Exploratory");
});

test("accepts an authority's timestamp of the registration, and rejects one of a different text", async () => {
  await page.goto(`/admin/studies/${studyId}`);
  const section = page.locator("#registration");
  await section.getByText("Show text").click();
  await expect(section.getByText("Fine-tuning helps.")).toBeVisible();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    section.getByRole("link", { name: "Text for OSF or AsPredicted" }).click(),
  ]);
  const text = readFileSync(await download.path(), "utf8");
  const attach = (buffer: Buffer) =>
    section.getByLabel("Timestamp reply").setInputFiles({ name: "reply.tsr", mimeType: "", buffer });
  await attach(timestampReplyFor("something else", new Date()));
  await expect(page.getByText(/The timestamp belongs to something else/)).toBeVisible();
  await attach(timestampReplyFor(text, new Date("2026-11-01T08:00:00Z")));
  await expect(section.getByText(/before the first answer, by Test Authority/)).toBeVisible();
  expect(await findViolations(page)).toEqual([]);
});

test("shows scores, rankings and extremes on their own scale, with their own model", async () => {
  await page.goto(board());
  const tabs = page.getByRole("navigation", { name: "Criterion" });
  await tabs.getByRole("link", { name: "photorealism" }).click();
  await expect(page.getByText("Mean score on the five-point scale").first()).toBeVisible();
  const real = page.getByRole("table", { name: "Leaderboard" }).getByRole("row", { name: /real/ });
  // Three times 5 and twice 3 from those who look, 5 from the one who does not.
  await expect(real).toContainText("4.33");
  await expect(page.getByRole("table", { name: "Cumulative link model" })).toBeVisible();
  await expect(page.getByText("points as equal steps")).toBeVisible();
  await expect(page.getByText("None: one image is shown at a time.")).toBeVisible();

  await tabs.getByRole("link", { name: "liking" }).click();
  await expect(page.getByText(/Plackett and Luce’s model/).first()).toBeVisible();
  await expect(page.getByText(/real before fine-tuned before original/).first()).toBeVisible();

  await tabs.getByRole("link", { name: "extremes" }).click();
  await expect(page.getByText(/maximum difference model/).first()).toBeVisible();
  await expect(page.getByText(/real best and original worst/).first()).toBeVisible();
});

test("every file can be downloaded, the release rebuilds the leaderboard, and the audit log names each", async () => {
  await page.goto(board());
  const one = "-caption-similarity";
  const ofOne = {
    CSV: `leaderboard${one}.csv`,
    JSON: `leaderboard${one}.json`,
    Parquet: `leaderboard${one}.parquet`,
    Votes: `votes${one}.csv`,
  };
  const ofAll = [
    "leaderboard.csv",
    "leaderboard.json",
    "leaderboard.parquet",
    "differences.csv",
    "votes.csv",
  ];
  const questions: Record<string, Set<string>> = {};
  for (const [name, file] of [
    ...Object.entries(ofOne),
    ...ofAll.map((file): [string, string] => [file, file]),
  ]) {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator("#files").getByRole("link", { name, exact: true }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(file);
    const bytes = readFileSync(await download.path());
    expect(bytes.length).toBeGreaterThan(100);
    if (!file.endsWith(".csv")) continue;
    const rows: Record<string, string>[] = parse(bytes, { columns: true });
    questions[file] = new Set(rows.map(({ criterion }) => criterion!));
  }
  const all = new Set(["caption-similarity", "photorealism", "liking", "extremes"]);
  expect(questions).toEqual({
    [`leaderboard${one}.csv`]: new Set(["caption-similarity"]),
    [`votes${one}.csv`]: new Set(["caption-similarity"]),
    "differences.csv": all,
    "leaderboard.csv": all,
    "votes.csv": all,
  });
  const [release] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Release", exact: true }).click(),
  ]);
  const unzipped = unzipSync(readFileSync(await release.path()));
  const rebuilt = await rebuildRelease(async (name) => unzipped[name] ?? null);
  // Seven raters; 3 pairs, 3 scores, a ranking and a best-worst answer for each caption.
  expect(rebuilt.votes).toBe(7 * 8 * captions);
  const logged = await db.auditEntry.findMany({
    where: { action: "study.exported", detail: { path: ["studyId"], equals: studyId } },
  });
  const names = logged.map(({ detail }) => (detail as { file: string }).file);
  for (const name of [...ofAll, "release"]) expect(names).toContain(name);
});

test("shows a new answer without a reload", async () => {
  await page.goto(`${board()}?raters=all`);
  const votes = page.getByText(/^\d+ by \d raters on \d captions$/);
  await expect(votes).toHaveText("126 by 7 raters on 6 captions");
  await answerStudy(inviteToken, [["real", "fine-tuned", "original"]]);
  await expect(votes).toHaveText("144 by 8 raters on 6 captions", { timeout: 30_000 });
});

test("has no accessibility violation on a phone and fits a screen of 320 px, in every question type", async () => {
  for (const criterion of ["caption-similarity", "photorealism", "liking"]) {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${board()}?criterion=${criterion}`);
    expect(await findViolations(page)).toEqual([]);
    await page.setViewportSize({ width: 320, height: 700 });
    await expect
      .poll(() =>
        page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
      )
      .toBeLessThanOrEqual(0);
  }
});
