/** Roles × routes: who may open which page and route, for all of them. */
import { type APIRequestContext, expect, test } from "@playwright/test";
import type { Role } from "@/lib/platform/accounts/roles";
import { db } from "@/lib/platform/database/db";
import { screenRequests } from "@/web/screen-requests";
import { makePanelWorld } from "./panel-world";
import { type Access, access, findBuiltPatterns, findRoutes, type SiteRoute, toAddress } from "./routes";
import { signIn } from "./sign-in";

test.afterAll(() => db.$disconnect());

type Visitor = Role | "stranger";

const allowed: Record<Exclude<Access, "those who were let in">, readonly Visitor[]> = {
  everybody: ["stranger", "RATER", "RESEARCHER", "ADMINISTRATOR"],
  members: ["RATER", "RESEARCHER", "ADMINISTRATOR"],
  staff: ["RESEARCHER", "ADMINISTRATOR"],
  administrators: ["ADMINISTRATOR"],
};

const routes = findRoutes();
let ids: Record<string, string>;

test.beforeAll(async () => {
  ({ ids } = await makePanelWorld());
});

test("every page and route has an entry that says who may use it, and no entry is left over", () => {
  expect(routes.map((route) => route.pattern)).toEqual(Object.keys(access).sort());
  for (const route of routes) expect(route.methods, route.pattern).not.toEqual([]);
});

test("the build has no pages or routes besides those found in the files", () => {
  const built = findBuiltPatterns();
  expect(built.length).toBeGreaterThan(40);
  const own = screenRequests.map(({ pattern }) => pattern);
  expect(built).toEqual(routes.map(({ pattern }) => pattern).filter((pattern) => !own.includes(pattern)));
});

for (const visitor of ["stranger", "RATER", "RESEARCHER", "ADMINISTRATOR"] as const) {
  test(`${visitor}: may open what the role allows, and nothing else`, async ({ page }) => {
    if (visitor !== "stranger") await signIn(page, visitor);
    for (const route of routes) {
      for (const method of route.methods) await visit(page.request, route, method, visitor);
    }
  });
}

async function visit(
  request: APIRequestContext,
  route: SiteRoute,
  method: string,
  visitor: Visitor,
): Promise<void> {
  const answer = await request.fetch(toAddress(route.pattern, ids), { method, maxRedirects: 0 });
  const what = `${visitor}: ${method} ${route.pattern}`;
  const rule = access[route.pattern]!;
  if (rule === "those who were let in") {
    expect(answer.status(), what).toBe(401);
  } else if (allowed[rule].includes(visitor)) {
    expect([401, 403], what).not.toContain(answer.status());
    expect(answer.status(), what).toBeLessThan(500);
    expect(answer.headers().location ?? "", what).not.toContain("/sign-in");
    if (route.kind !== "handler" && route.pattern !== "/sign-in") expect(answer.status(), what).toBe(200);
  } else if (route.kind === "handler") {
    expect(answer.status(), what).toBe(visitor === "stranger" ? 401 : 403);
  } else if (visitor === "stranger") {
    expect(answer.status(), what).toBe(307);
    expect(answer.headers().location, what).toContain("/sign-in?next=");
  } else {
    expect(answer.status(), what).toBe(403);
  }
}

test("a request from another site's page with a member's cookie is rejected", async ({ page }) => {
  await signIn(page, "RESEARCHER");
  const answer = await page.request.post("/api/uploads?for=dataset", {
    headers: { origin: "https://elsewhere.example" },
    data: "bytes",
  });
  expect(answer.status()).toBe(403);
});

test("addresses of things that do not exist answer 404, whatever they contain", async ({ page }) => {
  await signIn(page, "RESEARCHER");
  const missing = { ...Object.fromEntries(Object.keys(ids).map((name) => [name, crypto.randomUUID()])) };
  const nonsense = Object.fromEntries(Object.keys(ids).map((name) => [name, "nonsense"]));
  const dynamic = routes.filter(
    ({ pattern, kind }) => kind === "page" && pattern.startsWith("/admin/") && pattern.includes("["),
  );
  expect(dynamic.length).toBeGreaterThan(5);
  for (const { pattern } of dynamic) {
    for (const given of [missing, nonsense]) {
      const answer = await page.request.get(toAddress(pattern, given));
      expect(answer.status(), toAddress(pattern, given)).toBe(404);
    }
  }
});
