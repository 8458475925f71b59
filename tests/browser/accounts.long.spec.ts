/** Signing in, staying signed in, being signed out: passwords, one-time links, invitations, roles. */
import { type Browser, expect, type Page, test } from "@playwright/test";
import { createSignInLink } from "@/lib/platform/accounts/create-sign-in-link";
import { hashPassword } from "@/lib/platform/accounts/password";
import type { Role } from "@/lib/platform/accounts/roles";
import { db } from "@/lib/platform/database/db";
import { signIn } from "./sign-in";

test.afterAll(() => db.$disconnect());

const password = "six unrelated words in a row";

async function person(name: string, role: Role) {
  const email = `${name.toLowerCase()}@example.org`;
  return db.user.create({ data: { name, email, role, passwordHash: await hashPassword(password) } });
}

async function enter(page: Page, email: string, given: string): Promise<void> {
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill(given);
  await page.getByRole("button", { name: "Sign in" }).click();
}

async function freshPage(browser: Browser): Promise<Page> {
  return (await browser.newContext()).newPage();
}

test("a password leads to the requested page; a wrong one is rejected with a message", async ({ page }) => {
  const { email } = await person("Emmy", "RESEARCHER");
  await page.goto("/admin/fine-tunes");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fadmin%2Ffine-tunes/);
  await enter(page, email, "something else entirely");
  await expect(page.getByRole("alert").first()).toContainText("is wrong");
  await enter(page, email.toUpperCase(), password);
  await page.waitForURL("**/admin/fine-tunes");
});

test("input typed before the scripts have loaded is kept", async ({ page }) => {
  const { email } = await person("Ada", "RESEARCHER");
  let arrive = () => {};
  const scripts = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  await page.route("**/*.js", async (route) => {
    await scripts;
    await route.continue();
  });
  await page.goto("/sign-in", { waitUntil: "commit" });
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill(password);
  arrive();
  await page.waitForLoadState("networkidle");
  await expect(page.getByLabel("E-mail address")).toHaveValue(email);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/admin");
});

test("signing in never redirects to another site", async ({ page }) => {
  const { email } = await person("Sofja", "RESEARCHER");
  for (const next of ["//elsewhere.example/", "https://elsewhere.example/", "/\\elsewhere.example"]) {
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await enter(page, email, password);
    await page.waitForURL("**/admin");
    await page.context().clearCookies();
  }
});

test("after ten wrong passwords even the right one has to wait", async ({ page }) => {
  const { email } = await person("Hypatia", "RESEARCHER");
  await page.goto("/sign-in");
  for (let attempt = 0; attempt < 10; attempt++) {
    await enter(page, email, `guess ${attempt}`);
    await expect(page.getByRole("alert").first()).toContainText("is wrong");
  }
  await enter(page, email, password);
  await expect(page.getByRole("alert").first()).toContainText("Too many failed sign-ins");
});

test("a one-time link survives a preview, works once, and leads to a password", async ({ page, browser }) => {
  const { id } = await db.user.create({
    data: { name: "Maryam", email: "maryam@example.org", role: "RESEARCHER" },
  });
  const { path } = await createSignInLink(id);
  expect((await page.request.get(path)).status()).toBe(200);
  await page.goto(path);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/account?welcome=1");
  await page.getByLabel("New password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "set password" }).click();
  await expect(page.getByText("At least 10 characters.", { exact: true })).toBeVisible();
  await page.getByLabel("New password", { exact: true }).fill("1234567890");
  await page.getByLabel("New password again").fill("1234567890");
  await page.getByRole("button", { name: "set password" }).click();
  await expect(page.getByText("This is a frequently used password.")).toBeVisible();
  await expect(page.getByLabel("New password", { exact: true })).toBeFocused();
  await page.getByLabel("New password", { exact: true }).fill(password);
  await page.getByLabel("New password again").fill(password);
  await page.getByLabel("Name").fill("Maryam M.");
  await page.getByLabel("E-mail address").fill("maryam.m@example.org");
  await page.getByRole("button", { name: "set password" }).click();
  await page.waitForURL("**/admin");
  expect(await db.user.findUniqueOrThrow({ where: { id } })).toMatchObject({
    name: "Maryam M.",
    email: "maryam.m@example.org",
  });

  const second = await freshPage(browser);
  await second.goto(path);
  await expect(second.getByRole("heading", { name: "This sign-in link has been used." })).toBeVisible();
  await expect(second.getByText("Sign in with your password.")).toBeVisible();
  await page.goto(path);
  await expect(page.getByText("You are signed in already, as maryam.m@example.org.")).toBeVisible();
});

test("an administrator invites, disables and enables, and a disabled session ends at once", async ({
  page,
  browser,
}) => {
  await signIn(page, "ADMINISTRATOR");
  await page.goto("/admin/users");
  await page.getByRole("button", { name: "Invite somebody" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Caroline");
  await dialog.getByLabel("E-mail address").fill("caroline");
  await dialog.getByRole("button", { name: "Create link" }).click();
  await expect(dialog.getByText("Enter an e-mail address")).toBeVisible();
  await dialog.getByLabel("E-mail address").fill("caroline@example.org");
  await dialog.getByRole("button", { name: "Create link" }).click();
  const link = await dialog.locator("code").textContent();
  await dialog.getByRole("button", { name: "Done" }).click();

  const invited = await freshPage(browser);
  await invited.goto(new URL(link!).pathname);
  await invited.getByRole("button", { name: "Sign in" }).click();
  await invited.waitForURL("**/account?welcome=1");
  await invited.goto("/admin/datasets");
  await expect(invited.getByRole("heading", { name: "Datasets" })).toBeVisible();

  const row = page.getByRole("row", { name: /Caroline/ });
  await row.getByRole("button", { name: "Disable" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Disable" }).click();
  await expect(row.getByText("Disabled", { exact: true })).toBeVisible();
  await invited.goto("/admin/datasets");
  await expect(invited).toHaveURL(/\/sign-in/);

  await row.getByRole("button", { name: "Enable" }).click();
  await expect(row.getByText("Disabled", { exact: true })).toBeHidden();
  await invited.goto("/admin/datasets");
  await expect(invited).toHaveURL(/\/sign-in/);
});

test("a changed role applies from the next request on, to pages, routes and actions", async ({ page }) => {
  const { id } = await person("Lise", "RESEARCHER");
  const { path } = await createSignInLink(id);
  await page.goto(path);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/account");
  await page.goto("/admin/datasets/new");
  await page.getByLabel("Name").fill("too late");
  await page.getByText("On the server", { exact: true }).click();
  await page.getByLabel("Folder or archive on the server").fill("/tmp");
  await db.user.update({ where: { id }, data: { role: "RATER" } });
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByRole("alert").first()).toContainText("Your role does not allow this.");
  expect(await db.dataset.count({ where: { name: "too late" } })).toBe(0);
  expect((await page.request.post("/api/uploads?for=dataset", { data: "x" })).status()).toBe(403);
  expect((await page.goto("/admin/datasets"))?.status()).toBe(403);
  await expect(page.getByRole("heading", { name: "You do not have access to this page" })).toBeVisible();
});

test("a new password ends every other session of the account", async ({ page, browser }) => {
  const { email } = await person("Rosalind", "RESEARCHER");
  const elsewhere = await freshPage(browser);
  for (const one of [page, elsewhere]) {
    await one.goto("/sign-in");
    await enter(one, email, password);
    await one.waitForURL("**/admin");
  }
  await page.goto("/account");
  // A field is checked when it has been left; what two of them say together is put right by either.
  await page.getByLabel("New password", { exact: true }).fill("seven other words");
  await page.getByLabel("New password again").fill("six");
  await expect(page.getByText("The passwords do not match.")).toBeHidden();
  await page.getByLabel("New password again").blur();
  await expect(page.getByText("The passwords do not match.")).toBeVisible();
  const again = page.getByLabel("New password again");
  await expect(again).toHaveAttribute("aria-invalid", "true");
  await expect(again).toHaveAccessibleDescription("The passwords do not match.");
  await page.getByLabel("New password", { exact: true }).fill("six");
  await expect(page.getByText("The passwords do not match.")).toBeHidden();
  await expect(page.getByText("At least 10 characters.", { exact: true })).toBeVisible();
  // The first wrong field gets the focus, also where only the server knows; what was typed stays.
  await page.getByLabel("New password", { exact: true }).fill("seven other words for a change");
  await again.fill("seven other words for a change");
  await page.getByLabel("E-mail address").fill("nowhere");
  await page.getByLabel("Current password").fill("not this one");
  await page.getByRole("button", { name: "change password" }).click();
  await expect(page.getByLabel("E-mail address")).toBeFocused();
  await page.getByLabel("E-mail address").fill(email);
  await page.getByRole("button", { name: "change password" }).click();
  await expect(page.getByLabel("Current password")).toBeFocused();
  await expect(page.getByLabel("Current password")).toHaveAttribute("aria-invalid", "true");
  await expect(again).toHaveValue("seven other words for a change");
  await page.getByLabel("Name").fill("Rosalind F.");
  await page.getByLabel("Current password").fill(password);
  await expect(page.getByLabel("Current password")).not.toHaveAttribute("aria-invalid");
  await page.getByLabel("New password", { exact: true }).fill("seven other words for a change");
  await page.getByLabel("New password again").fill("seven other words for a change");
  await page.getByRole("button", { name: "change password" }).click();
  await expect(page.getByText("Your password has been changed.")).toBeVisible();
  await expect(page.getByLabel("Name")).toHaveValue("Rosalind F.");
  await elsewhere.goto("/admin");
  await expect(elsewhere).toHaveURL(/\/sign-in/);
});

test("signing out ends the session, and every copy of its cookie", async ({ page, browser }) => {
  await signIn(page, "RESEARCHER");
  const thief = await browser.newContext();
  await thief.addCookies(await page.context().cookies());
  const copied = await thief.newPage();
  expect((await copied.goto("/admin"))?.url()).toMatch(/\/admin$/);
  await page.goto("/account");
  await page.getByRole("banner").getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL((url) => url.pathname === "/");
  await page.goto("/admin");
  await expect(page).toHaveURL(/\/sign-in/);
  await copied.goto("/admin");
  await expect(copied).toHaveURL(/\/sign-in/);
  expect((await copied.request.get("/api/blobs/x")).status()).toBe(401);
});

test("the account page shows where one is signed in, and signs out of one browser or of all", async ({
  page,
  browser,
}) => {
  const { email } = await person("Amalie", "RESEARCHER");
  const [second, third] = [await freshPage(browser), await freshPage(browser)];
  for (const one of [second, third, page]) {
    await one.goto("/sign-in");
    await enter(one, email, password);
    await one.waitForURL("**/admin");
  }
  await page.goto("/account");
  const browsers = page
    .locator("section", { has: page.getByRole("heading", { name: "Where you are signed in" }) })
    .getByRole("listitem");
  await expect(browsers).toHaveCount(3);
  await expect(browsers.first()).toContainText("This browser");
  await expect(browsers.first()).toContainText(/Chrom.+ on Linux/);
  await browsers.nth(1).getByRole("button", { name: "Sign out" }).click();
  await expect(browsers).toHaveCount(2);
  const signedIn = async (one: Page) => !(await one.goto("/admin"))?.url().includes("/sign-in");
  expect([await signedIn(second), await signedIn(third)].filter(Boolean)).toHaveLength(1);
  await page.getByRole("button", { name: "Sign out everywhere" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Sign out everywhere" }).click();
  await page.waitForURL((url) => url.pathname === "/");
  for (const one of [page, second, third]) expect(await signedIn(one)).toBe(false);
});

test("another e-mail address needs the current password", async ({ page }) => {
  const { id, email } = await person("Grete", "RESEARCHER");
  await page.goto("/sign-in");
  await enter(page, email, password);
  await page.waitForURL("**/admin");
  await page.goto("/account");
  await page.getByLabel("Name").fill("Grete H.");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await page.getByLabel("E-mail address").fill("grete.h@example.org");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Enter your current password.").first()).toBeVisible();
  await expect(page.getByLabel("Current password")).toBeFocused();
  expect(await db.user.findUnique({ where: { id } })).toMatchObject({ name: "Grete H.", email });
  await page.getByLabel("Current password").fill(password);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Your e-mail address has been changed.")).toBeVisible();
  await expect(page.getByLabel("E-mail address")).toHaveValue("grete.h@example.org");
});

test("a browser that has signed in before can sign in while strangers are locked out", async ({
  page,
  browser,
}) => {
  const { email } = await person("Mileva", "RESEARCHER");
  await page.goto("/sign-in");
  await enter(page, email, password);
  await page.waitForURL("**/admin");
  await page.goto("/account");
  await page.getByRole("banner").getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL((url) => url.pathname === "/");
  const stranger = await freshPage(browser);
  const { csrfToken } = await (await stranger.request.get("/api/auth/csrf")).json();
  for (let attempt = 0; attempt < 11; attempt++) {
    const form = { csrfToken, email, password: `guess ${attempt}`, json: "true" };
    const answer = await stranger.request.post("/api/auth/callback/password", { form });
    expect(answer.status()).toBe(401);
  }
  await stranger.goto("/sign-in");
  await enter(stranger, email, password);
  await expect(stranger.getByRole("alert").first()).toContainText("Too many failed sign-ins");
  await page.goto("/sign-in");
  await enter(page, email, password);
  await page.waitForURL("**/admin");
});

test("NextAuth's own pages lead to ours, on this site alone", async ({ request, baseURL }) => {
  const elsewhere = encodeURIComponent("https://elsewhere.example/");
  const inside = encodeURIComponent(`${baseURL}/admin/models?page=2`);
  for (const [path, to] of [
    ["signin", "/sign-in"],
    [`signin?callbackUrl=${elsewhere}`, "/sign-in"],
    [`signin?callbackUrl=${inside}`, "/sign-in?next=%2Fadmin%2Fmodels%3Fpage%3D2"],
    ["signout", "/account"],
    ["error?error=Configuration", "/sign-in"],
    ["verify-request", "/sign-in"],
  ]) {
    const answer = await request.get(`/api/auth/${path}`, { maxRedirects: 0 });
    expect([path, answer.status(), answer.headers().location]).toEqual([path, 303, to]);
  }
  expect((await request.get("/api/auth/callback/password")).status()).toBe(405);
  expect((await request.post("/api/auth/_log", { form: { level: "error", code: "made up" } })).status()).toBe(
    404,
  );
});

test("NextAuth's responses only ever name this site", async ({ request, baseURL }) => {
  const { email } = await person("Lotte", "RESEARCHER");
  const { csrfToken } = await (await request.get("/api/auth/csrf")).json();
  const send = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    request.post("/api/auth/callback/password", {
      form: { csrfToken, json: "true", email, password, ...fields },
      headers,
      maxRedirects: 0,
    });
  for (const callbackUrl of [
    "https://elsewhere.example/",
    "//elsewhere.example",
    "javascript:alert(1)",
    ":",
  ]) {
    const answer = await send({ callbackUrl });
    const { origin } = new URL((await answer.json()).url);
    expect([callbackUrl, answer.status(), origin]).toEqual([callbackUrl, 200, baseURL]);
  }
  expect((await send({}, { "X-Forwarded-Host": "elsewhere.example" })).status()).toBe(421);
  const refused = await send({ password: "wrong" });
  expect((await refused.json()).url).toMatch(new RegExp(`^${baseURL}/api/auth/error`));
  const spoiled = await send({}, { cookie: "semblance.callback=:" });
  expect(spoiled.status()).toBeLessThan(500);
  const malformed = await request.post("/api/auth/callback/password", {
    data: Buffer.from("{"),
    headers: { "content-type": "application/json" },
  });
  expect(malformed.status()).toBe(400);
  const session = (await request.storageState()).cookies.find(({ name }) => name === "semblance.session");
  expect(session).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/" });
  // The tests' server trusts this machine as a proxy.
  const secured = await request.get("/api/auth/csrf", { headers: { "X-Forwarded-Proto": "https" } });
  expect(secured.headersArray().filter(({ name }) => name.toLowerCase() === "set-cookie")).toMatchObject([
    { value: expect.stringMatching(/^__Host-semblance[.]csrf=.*; Path=\/; HttpOnly; Secure; SameSite=Lax/) },
    {
      value: expect.stringMatching(
        /^__Host-semblance[.]callback=.*; Path=\/; HttpOnly; Secure; SameSite=Lax/,
      ),
    },
  ]);
});
