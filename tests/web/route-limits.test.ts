import { describe, expect, test } from "vitest";
import { findRoutes } from "@/tests/browser/routes";
import { findRouteLimit, routeLimits } from "@/web/route-limits";

const routes = findRoutes();

describe("findRouteLimit", () => {
  test.each(routes.map(({ pattern, methods }) => ({ pattern, methods })))(
    "$pattern takes what its file answers, and no more",
    ({ pattern, methods }) => {
      const limit = findRouteLimit(pattern.replaceAll(/\[(?:\.\.\.)?\w+\]/g, "x"));
      // Actions come to pages as POST; the check of methods knows them by their header.
      const taken = limit.isPage ? limit.methods.filter((method) => method !== "POST") : limit.methods;
      if (pattern.startsWith("/api/auth/")) expect(taken.length).toBeGreaterThan(0);
      else expect([...taken].sort()).toEqual([...methods].sort());
    },
  );

  test("every route with a body has limits of size and time", () => {
    for (const { pattern, methods, body } of routeLimits) {
      expect(body !== undefined, pattern).toBe(methods.includes("POST"));
    }
  });

  test("only uploads may be larger than what is held in memory", () => {
    const long = routeLimits.filter(({ body }) => body && body.bytes > 2 ** 20);
    expect(long.map(({ pattern, senders }) => [pattern, senders !== undefined])).toEqual([
      ["/api/uploads", true],
    ]);
  });

  test("Next's own routes are closed", () => {
    for (const path of [
      "/_next/image",
      "/_next/data/build/rate/x.json",
      "/_next/",
      "/__nextjs_original-stack-frame",
    ]) {
      expect(findRouteLimit(path).methods, path).toEqual([]);
    }
    expect(findRouteLimit("/_next/static/chunks/a.js").methods).toEqual(["GET"]);
  });
});
