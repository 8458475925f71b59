/** What every response contains and what no request may do, whichever handler is responsible. */
import { expect, test } from "@playwright/test";
import { db } from "@/lib/platform/database/db";
import { makeChallenge } from "@/lib/rating/admission/challenge";
import { solveChallenge } from "@/lib/rating/admission/proof-of-work";
import { joinStudy } from "@/lib/rating/join/join-study";
import { makePanelWorld } from "./panel-world";
import { openConnection, sendRaw } from "./raw-request";

test.afterAll(() => db.$disconnect());

const port = Number(process.env.SEMBLANCE_TEST_PORT);
const https = { "x-forwarded-proto": "https", "x-forwarded-for": "198.51.100.7" };

function say(line: string, ...headers: string[]) {
  const all = [`${line} HTTP/1.1`, `Host: localhost:${port}`, "Connection: close", ...headers, "", ""];
  // The last header of a name counts as the only one.
  const hosts = headers.some((header) => header.startsWith("Host:"));
  return sendRaw(port, (hosts ? all.filter((_, index) => index !== 1) : all).join("\r\n"), 10_000);
}

test("malformed addresses, methods and hosts get an explanation", async () => {
  for (const [status, line, ...headers] of [
    [400, "GET /join/%zz"],
    [400, "GET /join/%"],
    [400, "GET /join/a%00b"],
    [400, "GET http://localhost/"],
    [400, "GET *"],
    [405, "TRACE /"],
    [405, "OPTIONS /admin"],
    [405, "PUT /api/uploads"],
    [405, "POST /sign-in"],
    [400, "GET /", "Host: ["],
    [400, "GET /", "Host: a b"],
    [421, "GET /", "Host: evil.example"],
    [421, "GET /api/auth/session", "Host: localhost.evil.example"],
    [400, "GET /sign-in", "RSC: 1", "Next-Router-State-Tree: %7B"],
    [404, "GET /_next/image?url=%2Ficon.svg&w=64&q=75"],
    [404, "GET /_next/data/x/rate/y.json"],
    [404, "GET /__nextjs_original-stack-frame"],
    [431, "GET /", `X-Long: ${"x".repeat(20_000)}`],
    [400, "GET /", "Content-Length: x"],
  ] as [number, string, ...string[]][]) {
    expect((await say(line, ...headers)).status, `${line} ${headers}`.slice(0, 100)).toBe(status);
  }
});

test("a connection that asks for a WebSocket is answered like any other", async () => {
  await say("GET /sign-in");
  const answer = await say("GET /sign-in", "Connection: Upgrade", "Upgrade: websocket");
  expect(answer.status).toBe(200);
});

test("an unexpected body is not awaited", async () => {
  const socket = await openConnection(
    port,
    `GET /icon.svg HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Length: 999\r\n\r\n`,
  );
  socket.resume();
  await expect.poll(() => socket.closed, { timeout: 15_000 }).toBe(true);
});

test("plain http gets no https headers", async ({ request }) => {
  expect((await request.get("/sign-in")).headers()["strict-transport-security"]).toBeUndefined();
});

test("behind https a rater's cookie is Secure and __Host-, and one of before is moved", async ({
  request,
  playwright,
  baseURL,
}) => {
  const { ids } = await makePanelWorld();
  const joining = () => ({
    form: { proof: solveChallenge(makeChallenge(ids.studyId!)) },
    maxRedirects: 0,
  });
  const began = await request.post(`/join/${ids.token}/begin`, { headers: https, ...joining() });
  expect(began.status()).toBe(303);
  expect(began.headers()["set-cookie"]).toMatch(
    new RegExp(
      `^__Host-rater-${ids.studyId}=[\\w-]+; Path=/; .*Max-Age=.*Secure; HttpOnly; SameSite=lax`,
      "im",
    ),
  );

  const { newToken } = await joinStudy(ids.token!, {});
  const before = { ...https, cookie: `rater-${ids.studyId}=${newToken}` };
  const leased = await request.post(`/api/rate/${ids.studyId}/lease`, { headers: before });
  expect(leased.status()).toBe(200);
  const opened = await request.post(`/api/rate/${ids.studyId}/open`, { headers: before });
  expect(opened.status()).toBe(200);
  const cookies = opened
    .headersArray()
    .filter(({ name, value }) => /^set-cookie$/i.test(name) && value.includes("rater-"));
  expect(cookies.map(({ value }) => value.split("; ")[0])).toEqual([
    `__Host-rater-${ids.studyId}=${newToken}`,
    `rater-${ids.studyId}=`,
  ]);
  const moved = { ...https, cookie: `__Host-rater-${ids.studyId}=${newToken}` };
  expect((await request.post(`/api/rate/${ids.studyId}/lease`, { headers: moved })).status()).toBe(200);
  // Over plain http, as in a laboratory's own network, nothing changes.
  const another = await playwright.request.newContext({ baseURL: baseURL! });
  const plain = await another.post(`/join/${ids.token}/begin`, joining());
  expect(plain.headers()["set-cookie"]).toMatch(new RegExp(`^rater-${ids.studyId}=`, "m"));
  expect(plain.headers()["set-cookie"]).not.toMatch(/secure/i);
  await another.dispose();
});
