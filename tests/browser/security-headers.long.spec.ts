/** Every address of the platform answers with the security headers. */
import { expect, test } from "@playwright/test";
import { db } from "@/lib/platform/database/db";
import { makePanelWorld } from "./panel-world";
import { findRoutes, toAddress } from "./routes";
import { signIn } from "./sign-in";

test.afterAll(() => db.$disconnect());

const https = { "x-forwarded-proto": "https", "x-forwarded-for": "198.51.100.7" };

test("every response has the security headers, including errors and files", async ({ page }) => {
  const { ids } = await makePanelWorld();
  const check = (headers: Record<string, string>, what: string) => {
    expect(headers["content-security-policy"], what).toMatch(/frame-ancestors 'none'/);
    expect(headers["content-security-policy"], what).not.toMatch(
      /unsafe-eval|script-src[^;]*'unsafe-inline'/,
    );
    expect(headers["x-content-type-options"], what).toMatch(/^nosniff/);
    expect(headers["x-frame-options"], what).toBe("DENY");
    expect(headers["x-powered-by"], what).toBeUndefined();
    expect(headers["strict-transport-security"], what).toMatch(/^max-age=\d{8}/);
  };
  for (const role of [null, "ADMINISTRATOR"] as const) {
    if (role) await signIn(page, role);
    for (const { pattern, methods } of findRoutes()) {
      const address = toAddress(pattern, ids);
      const answer = await page.request.fetch(address, {
        method: methods[0]!,
        headers: https,
        maxRedirects: 0,
      });
      check(answer.headers(), `${role} ${methods[0]} ${pattern}`);
    }
  }
  for (const path of [
    "/no-such-page",
    "/api/no-such-route",
    "/icon.svg",
    "/_next/static/none.js",
    "/api/auth/signin",
    "/api/auth/signout",
    "/api/auth/error",
    "/join/%zz",
  ]) {
    check((await page.request.get(path, { headers: https, maxRedirects: 0 })).headers(), path);
  }
});
