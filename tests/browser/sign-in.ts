/** Signs a browser in as a person of a role, the way people do: by a one-time link. */
import type { Page } from "@playwright/test";
import { createSignInLink } from "@/lib/platform/accounts/create-sign-in-link";
import type { Role } from "@/lib/platform/accounts/roles";
import { db } from "@/lib/platform/database/db";

/** The person of that role is made at the first call. */
export async function signIn(page: Page, role: Role): Promise<void> {
  const email = `${role.toLowerCase()}@example.org`;
  const user = await db.user.upsert({
    where: { email },
    create: { email, name: role.toLowerCase(), role },
    update: {},
  });
  const { path } = await createSignInLink(user.id);
  await page.goto(path);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}
