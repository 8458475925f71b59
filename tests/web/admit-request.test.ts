import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { admitRequest } from "@/web/admit-request";

type Given = { method?: string; url?: string; headers?: Record<string, string> };

function request({ method = "GET", url = "/", headers = {} }: Given): IncomingMessage {
  return { method, url, headers: { host: "localhost:3000", ...headers } } as never;
}

function codeFor(given: Given): string | null {
  try {
    admitRequest(request(given));
    return null;
  } catch (thrown) {
    return (thrown as { code: string }).code;
  }
}

const action = { "next-action": "a".repeat(42) };
const tree = (value: unknown) => ({
  rsc: "1",
  "next-router-state-tree": encodeURIComponent(JSON.stringify(value)),
});

describe("admitRequest", () => {
  test.each<Given>([
    {},
    { method: "HEAD" },
    { url: "/join/abc?PROLIFIC_PID=%7B%7B%25PROLIFIC_PID%25%7D%7D&a=%zz" },
    { url: "/join/a%20b" },
    { url: "/admin", method: "POST", headers: action },
    { url: "/api/uploads?for=dataset", method: "POST" },
    { url: "/api/rate/x/answer", method: "POST" },
    { url: "/admin", headers: tree(["", { children: ["admin", {}] }, null, null, 16]) },
    { headers: { host: "192.168.0.7:3000" } },
  ])("takes %j", (given) => expect(codeFor(given)).toBeNull());

  test.each<Given>([
    { url: "/join/%zz" },
    { url: "/join/%" },
    { url: "/join/%ff" },
    { url: "/join/%ED%A0%80" },
    { url: "/join/a%00b" },
    { url: "/admin?q=%00" },
    { url: "/jöin" },
    { url: "*", method: "GET" },
    { url: "http://localhost/" },
    { url: "" },
    { url: "/", method: "POST", headers: { "next-action": "garbage" } },
    { headers: { rsc: "1", "next-router-state-tree": "garbage" } },
    { headers: { rsc: "1", "next-router-state-tree": "%" } },
    { headers: tree({ a: 1 }) },
    { headers: tree([]) },
    { headers: tree(["", { children: "x" }]) },
    { headers: { host: "[" } },
    { headers: { host: "" } },
    { headers: { expect: "miracles" } },
    { headers: { origin: "" } },
    { headers: { origin: "http://[" } },
  ])("refuses %j as malformed", (given) => expect(codeFor(given)).toBe("invalid_input"));

  test.each<Given>([
    { method: "TRACE" },
    { method: "OPTIONS" },
    { method: "PUT", url: "/api/uploads" },
    { method: "GET", url: "/api/uploads" },
    { method: "POST", url: "/admin" },
    { method: "POST", url: "/api/blobs/x" },
    { method: "GET", url: "/api/rate/x/lease" },
  ])("refuses %j by its method", (given) => expect(codeFor(given)).toBe("method_not_allowed"));

  test("names the methods that an address allows", () => {
    expect(() => admitRequest(request({ method: "PUT", url: "/admin" }))).toThrow(
      expect.objectContaining({ details: { allow: "GET, HEAD" } }),
    );
  });

  test("ignores Next's internal headers", () => {
    const incoming = request({
      headers: {
        "x-middleware-subrequest": "proxy:proxy:proxy:proxy:proxy",
        "x-invoke-path": "/admin",
        "x-nextjs-data": "1",
        "x-prerender-revalidate": "x",
        "x-nonce": "x",
        "x-path": "/admin",
        "next-url": "/admin",
      },
    });
    admitRequest(incoming);
    expect(Object.keys(incoming.headers)).toEqual(["host", "next-url"]);
  });
});
