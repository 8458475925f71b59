/** Signs a browser in as a person of a role by a one-time link; accounts.long.spec.ts follows one by hand. */
import { expect, type Page } from "@playwright/test";
import { createSignInLink } from "@/lib/platform/accounts/create-sign-in-link";
import type { Role } from "@/lib/platform/accounts/roles";
import { db } from "@/lib/platform/database/db";

/** The person of that role is made at the first call. The browser opens no page: it gets the cookies alone. */
export async function signIn({ request }: Page, role: Role): Promise<void> {
  const email = `${role.toLowerCase()}@example.org`;
  const user = await db.user.upsert({
    where: { email },
    create: { email, name: role.toLowerCase(), role },
    update: {},
  });
  const { path } = await createSignInLink(user.id);
  const { csrfToken } = await (await request.get("/api/auth/csrf")).json();
  const answer = await request.post("/api/auth/callback/link", {
    form: { csrfToken, token: path.split("/").at(-1)!, json: "true" },
  });
  expect(answer.status()).toBe(200);
}
