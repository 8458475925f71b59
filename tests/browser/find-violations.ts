/** What axe finds wrong with a page, for people who use it by keyboard, by ear or with weak eyes. */
import type { Page } from "@playwright/test";
import axe from "axe-core";

/** Those whose outcome depends on the colours. */
export const colourRules = ["color-contrast", "link-in-text-block"];

/**
 * @param within selector of the part to look at; absent: the whole page
 * @param rules only these of axe's rules; absent: all
 * @returns each broken rule with the HTML of up to three places; empty where there is none
 */
export async function findViolations(
  page: Page,
  { within, rules }: { within?: string; rules?: readonly string[] } = {},
): Promise<{ rule: string; at: string[] }[]> {
  // It stays for as long as the page; loading it takes as long as looking at a small page.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  return page.evaluate(
    async ({ within, rules }) => {
      const { axe } = window as unknown as { axe: typeof import("axe-core") };
      const look = async () => {
        const { violations } = await axe.run(within ?? document, {
          resultTypes: ["violations"],
          ...(rules && { runOnly: { type: "rule", values: [...rules] } }),
        });
        return violations.map(({ id, nodes }) => ({
          rule: id,
          at: nodes.slice(0, 3).map(({ html }) => html),
        }));
      };
      const found = await look();
      if (found.length === 0) return found;
      // A message that fades in has other colours meanwhile; what is wrong for good is found again.
      const ends = document
        .getAnimations()
        .filter((each) => each.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
      await Promise.allSettled(ends.map((each) => each.finished));
      return look();
    },
    { within, rules },
  );
}
