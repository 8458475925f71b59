/** What researchers do with runs that train, wait or are paused, and administrators with workers. */
import { expect, test } from "@playwright/test";
import { startFineTune } from "@/jobs/fine-tune/start";
import { db } from "@/lib/platform/database/db";
import { stopQueue } from "@/lib/platform/jobs/queue";
import { findViolations } from "./find-violations";
import { signIn } from "./sign-in";
import { openStudyOfPhotographs } from "./study-of-photographs";

test.afterAll(async () => {
  await stopQueue();
  await db.$disconnect();
});

test("a worker is drained, waiting runs change places, one is paused and resumed, and one is asked to save", async ({
  page,
}) => {
  await signIn(page, "ADMINISTRATOR");
  await page.goto("/admin/jobs");
  const worker = page.getByRole("group", { name: /^Worker / }).first();
  await worker.getByRole("button", { name: "Drain" }).click();
  await expect(page.getByText("Drained", { exact: true })).toBeVisible({ timeout: 20_000 });
  expect(await findViolations(page, { within: "main" })).toEqual([]);

  await signIn(page, "RESEARCHER");
  const study = await openStudyOfPhotographs(`runs ${crypto.randomUUID()}`, {
    captions: 2,
    ratersPerItem: 1,
  });
  const { id: datasetId } = await db.dataset.findUniqueOrThrow({
    where: { name: `${study.name} photographs` },
  });
  const settings = { previewCaptions: ["a dog"] };
  const begin = (name: string) => startFineTune({ name: `${study.name} ${name}`, datasetId, settings });
  const [first, second] = [await begin("first"), await begin("second")];
  await page.goto(`/admin/fine-tunes/${second.fineTuneId}`);
  const controls = page.getByRole("region", { name: "Run controls" });
  await expect(controls.getByText("1 waiting job begins before it.")).toBeVisible();
  await controls.getByRole("button", { name: "Move up" }).click();
  await expect(controls.getByText("It is next.")).toBeVisible();

  await page.getByRole("button", { name: "Pause" }).click();
  await expect(controls.getByText("Its state is saved.")).toBeVisible();
  await expect(page.getByText("Paused", { exact: true }).first()).toBeVisible();
  expect(await findViolations(page, { within: "main" })).toEqual([]);
  await page.getByRole("button", { name: "Resume" }).click();
  await expect(controls.getByText("1 waiting job begins before it.")).toBeVisible();

  // As if a worker had it.
  await db.job.update({ where: { id: first.jobId }, data: { state: "RUNNING" } });
  await db.fineTune.update({ where: { id: first.fineTuneId }, data: { state: "RUNNING" } });
  await page.goto(`/admin/fine-tunes/${first.fineTuneId}`);
  await controls.getByRole("button", { name: "Save now" }).click();
  await controls.getByRole("button", { name: "Sample now" }).click();
  await expect(
    controls.getByText("The run saves a checkpoint and draws previews as soon as its step ends."),
  ).toBeVisible();
  expect(await findViolations(page, { within: "main" })).toEqual([]);
  await db.runRequest.deleteMany({ where: { fineTuneId: first.fineTuneId } });
  await expect(controls.getByText("as soon as its step ends")).toBeHidden();

  for (const { fineTuneId } of [first, second]) {
    await page.goto(`/admin/fine-tunes/${fineTuneId}`);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Cancel the run" }).click();
    await expect(page.getByText("Cancelled", { exact: true }).first()).toBeVisible();
  }
  await page.goto("/admin/jobs");
  await expect(page.getByRole("group", { name: /^Worker / })).toHaveCount(0);
  await signIn(page, "ADMINISTRATOR");
  await page.reload();
  await worker.getByRole("button", { name: "Resume" }).click();
  await expect(page.getByText("Drained", { exact: true })).toBeHidden({ timeout: 20_000 });
});
