/** A person at the rater's screen, and what the database then stores about them. */
import { expect, type Page } from "@playwright/test";
import { db } from "@/lib/platform/database/db";
import { raterAnswer } from "@/lib/questions/rater-answer";

export async function begin(page: Page, joinPath: string): Promise<void> {
  await page.goto(joinPath);
  await page.getByRole("button", { name: "Begin" }).click();
  await page.waitForURL("**/rate/**");
}

/** The item is on the screen and can be answered. */
export async function shown(page: Page): Promise<void> {
  await expect(page.locator('main [aria-disabled="false"]').first()).toBeVisible();
  await expect(page.locator('main [aria-disabled="true"]')).toHaveCount(0);
}

/** A study's answers, oldest first; `winner` is null where no pair was asked. */
export async function ratingsOf(studyId: string) {
  const ratings = await db.rating.findMany({
    where: { assignment: { item: { studyId } } },
    orderBy: { createdAt: "asc" },
    include: { assignment: true },
  });
  return ratings.map((rating) => {
    const answer = raterAnswer.parse(rating.answer);
    return { ...rating, answer, winner: answer.type === "pair" ? answer.winner : null };
  });
}

/**
 * Settles when the next answer is stored. One that reaches a busy server too soon after the answer before is sent again by
 * the page.
 */
export async function answerStored(page: Page): Promise<void> {
  await page.waitForResponse((response) => response.url().endsWith("/answer") && response.status() === 200);
}
