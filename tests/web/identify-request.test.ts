import type { IncomingMessage, ServerResponse } from "node:http";
import { expect, test, vi } from "vitest";
import { identify } from "@/web/identify-request";

const trusted = vi.hoisted(() => ["10.0.0.1"]);
vi.mock("@/lib/env", async (original) => ({
  ...(await original<typeof import("@/lib/env")>()),
  env: () => ({ trustedProxies: trusted }),
}));

function identified(remoteAddress: string, headers: Record<string, string>) {
  const set = new Map<string, unknown>();
  const outgoing = { setHeader: (name: string, value: unknown) => set.set(name, value) };
  const incoming = { headers, socket: { remoteAddress } };
  const identity = identify(incoming as never as IncomingMessage, outgoing as never as ServerResponse);
  expect(set.get("X-Request-Id")).toBe(identity.requestId);
  return identity;
}

test("a trusted proxy's request id and client address are used, a stranger's are not", () => {
  const headers = { "x-request-id": "from-outside", "x-forwarded-for": "203.0.113.7" };
  expect(identified("10.0.0.1", headers)).toEqual({ requestId: "from-outside", address: "203.0.113.7" });
  const stranger = identified("198.51.100.9", headers);
  expect(stranger.address).toBe("198.51.100.9");
  expect(stranger.requestId).toMatch(/^[0-9a-f-]{36}$/);
});

test("an id that could break a log line is not used", () => {
  const headers = { "x-request-id": "a b\n", "x-forwarded-for": "203.0.113.7" };
  expect(identified("10.0.0.1", headers).requestId).toMatch(/^[0-9a-f-]{36}$/);
});
