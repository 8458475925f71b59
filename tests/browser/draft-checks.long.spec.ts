/** A researcher picks checks for questions of every type whose correct answers only a person can know. */
import { expect, type Page, test } from "@playwright/test";
import { db } from "@/lib/platform/database/db";
import { createStudy } from "@/lib/studies/design/create-study";
import { getDesign } from "@/lib/studies/design/get-design";
import { findViolations } from "./find-violations";
import { signIn } from "./sign-in";
import { openStudyOfPhotographs } from "./study-of-photographs";

test.afterAll(() => db.$disconnect());

/** Ticks the first images of the caption. */
async function choose(page: Page, count: number) {
  const images = page.getByRole("group", { name: "Images of this caption" }).getByRole("checkbox");
  for (let index = 0; index < count; index++) await images.nth(index).check();
}

async function add(page: Page) {
  await page.getByRole("button", { name: "Add check" }).click();
}

test("picks images and correct answers for a pair, a scale, a ranking and the extremes, and removes one", async ({
  page,
}) => {
  const opened = await openStudyOfPhotographs(`checked ${crypto.randomUUID().slice(0, 8)}`, {
    captions: 3,
    ratersPerItem: 1,
    criteria: [{ key: "caption-similarity", question: "Which image matches the caption better?" }],
  });
  const design = await getDesign(opened.id);
  const types = ["pair", "likert", "ranking", "best-worst"] as const;
  const { id } = await createStudy(
    {
      ...design,
      name: `${design.name}, picked`,
      criteria: types.map((questionType) => ({
        key: `realism-${questionType}`,
        question: `How real, as ${questionType}?`,
        questionType,
      })),
    },
    "researcher@example.org",
  );
  await signIn(page, "RESEARCHER");
  await page.goto(`/admin/studies/${id}`);
  await page.getByRole("link", { name: "Checks" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Checks" })).toBeVisible();

  const open = async (question: string) => {
    await page.getByLabel("Question").selectOption({ label: question });
    await page.getByRole("button", { name: "Find captions" }).click();
    await page.getByRole("navigation", { name: "Captions" }).getByRole("link").first().click();
    await expect(page.getByRole("group", { name: "Images of this caption" })).toBeVisible();
    await expect(page.getByText(question).last()).toBeVisible();
  };

  await open("How real, as pair?");
  await choose(page, 1);
  await add(page);
  await expect(page.getByRole("alert").filter({ hasText: "shows 2 images, not 1" })).toBeVisible();
  await page.getByLabel("Images of other captions that contain").fill("a");
  await page.getByRole("button", { name: "Find images" }).click();
  await page.getByRole("group", { name: "Images of other captions" }).getByRole("checkbox").last().check();
  await expect(page.getByRole("list", { name: "Chosen images" }).getByRole("listitem")).toHaveCount(2);
  expect(await findViolations(page)).toEqual([]);
  await add(page);
  await expect(page.getByRole("alert").filter({ hasText: "Choose the correct answer" })).toBeVisible();
  await page.getByRole("radio", { name: "Image 1 is better" }).check();
  await add(page);
  await expect(page.getByText("Correct answer: Image 1 is best")).toBeVisible();

  await open("How real, as likert?");
  await choose(page, 1);
  for (const score of ["4", "5"]) await page.getByRole("checkbox", { name: score, exact: true }).check();
  await page.getByRole("radio", { name: "Training" }).check();
  await add(page);
  await expect(page.getByText("Correct answer: 4 or 5 of 5")).toBeVisible();

  await open("How real, as ranking?");
  await choose(page, 3);
  await page.getByLabel("Best", { exact: true }).selectOption("Image 2");
  await page.getByLabel("Place 2", { exact: true }).selectOption("Image 3");
  await page.getByLabel("Worst", { exact: true }).selectOption("Image 1");
  await add(page);
  await expect(page.getByText("Correct answer: Best to worst: images 2, 3, 1")).toBeVisible();

  await open("How real, as best-worst?");
  await choose(page, 3);
  await page.getByLabel("Best", { exact: true }).selectOption("Image 3");
  await page.getByLabel("Worst", { exact: true }).selectOption("Image 1");
  await add(page);
  await expect(page.getByText("Correct answer: Image 3 is best, image 1 worst")).toBeVisible();

  const { checks } = await getDesign(id);
  expect(checks.map(({ use, right }) => [use, right])).toEqual([
    ["gold", { type: "best", position: 0 }],
    ["training", { type: "scores", scores: [4, 5] }],
    ["gold", { type: "order", order: [1, 2, 0] }],
    ["gold", { type: "best-worst", best: 2, worst: 0 }],
  ]);
  await page.getByRole("button", { name: /^Remove check 3/ }).click();
  await expect(page.getByText("Correct answer: Best to worst: images 2, 3, 1")).toHaveCount(0);
  expect((await getDesign(id)).checks).toHaveLength(3);
});

test("a draft is changed in its form, and errors are shown at their fields", async ({ page }) => {
  const opened = await openStudyOfPhotographs(`changed ${crypto.randomUUID().slice(0, 8)}`, {
    captions: 1,
    ratersPerItem: 1,
    criteria: [{ key: "caption-similarity", question: "Which image matches the caption better?" }],
  });
  const design = await getDesign(opened.id);
  const { id } = await createStudy({ ...design, name: `${design.name}, draft` }, "researcher@example.org");
  await signIn(page, "RESEARCHER");
  await page.goto(`/admin/studies/drafts/${id}`);
  await page.getByLabel("Caption similarity: how it is asked").selectOption("graded-pair");
  await page.getByLabel("Raters per item").fill("many");
  await page.getByText("Quality control").click();
  await page.getByLabel("Gold items per rater").fill("2");
  await page.getByLabel("Exclude below").fill("90");
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByLabel("Raters per item")).toBeFocused();
  await expect(page.getByLabel("Raters per item")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Raters per item").fill("4");
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByText("even all wrong could be chance", { exact: false })).toBeVisible();
  await page.getByLabel("Exclude below").fill("");
  await page.getByRole("button", { name: "Save draft" }).click();
  await page.waitForURL(`**/admin/studies/${id}`);
  await expect(page.getByText("(in pairs, in seven steps)")).toBeVisible();
  expect(await getDesign(id)).toMatchObject({
    ratersPerItem: 4,
    qualityControl: { goldItems: 2, excludeBelowGoldShare: null },
    criteria: [
      { questionType: "graded-pair", question: "Which image matches the caption better, and by how much?" },
    ],
  });
});

test("a choice made before the scripts have loaded is kept, and a list waits for them", async ({ page }) => {
  await signIn(page, "RESEARCHER");
  let arrive = () => {};
  const scripts = new Promise<void>((settle) => {
    arrive = settle;
  });
  await page.route("**/_next/static/**/*.js", async (route) => {
    await scripts;
    await route.continue();
  });
  await page.goto("/admin/fine-tunes/new", { waitUntil: "commit" });
  const upsampler = page.getByRole("radio", { name: /^Upsampler/ });
  await upsampler.check();
  const dataset = page.locator('select[name="datasetId"]');
  await expect(dataset).toHaveAttribute("inert");
  arrive();
  await expect(dataset).not.toHaveAttribute("inert");
  await page.getByLabel("Name", { exact: true }).fill("of early choices");
  await expect(upsampler).toBeChecked();
});
