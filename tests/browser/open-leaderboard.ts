/** From a study's page to its leaderboard, as a person would. */
import { expect, type Page } from "@playwright/test";

/** The first leaderboard of a server starts the process that computes it, beside everything else that a test run does. */
const firstLeaderboardMs = 30_000;

/** Returns when the figures are there. */
export async function openLeaderboard(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Leaderboard" }).click();
  await expect(page.getByRole("table", { name: "Leaderboard" })).toBeVisible({ timeout: firstLeaderboardMs });
}
