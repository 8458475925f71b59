/** Two hundred connections from one address that never finish, while others sign in and answer. */
import type { Socket } from "node:net";
import { type APIRequestContext, expect, test } from "@playwright/test";
import { hashPassword } from "@/lib/platform/accounts/password";
import { db } from "@/lib/platform/database/db";
import { joinStudy } from "@/lib/rating/join/join-study";
import { raterCookie } from "@/lib/rating/join/rater-cookie";
import { leaseAssignments } from "@/lib/rating/lease/lease-assignments";
import { openConnection } from "./raw-request";
import { openStudyOfPhotographs } from "./study-of-photographs";

test.afterAll(() => db.$disconnect());

const port = Number(process.env.SEMBLANCE_TEST_PORT);
const host = `localhost:${port}`;
const post = (path: string, ...headers: string[]) =>
  [`POST ${path} HTTP/1.1`, `Host: ${host}`, "Content-Length: 9999", ...headers, "", "a"].join("\r\n");

/** What each says at first; it then goes on with a byte a second. */
const kinds = {
  "slow headers": `GET /sign-in HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `,
  "slow sign-in": post("/api/auth/callback/password", "Content-Type: application/x-www-form-urlencoded"),
  "slow action": post("/sign-in", `Next-Action: ${"a".repeat(42)}`, "Content-Type: text/plain"),
  "slow answer": post("/api/rate/x/answer", "Content-Type: application/json"),
  "slow begin": post("/join/x/begin", "Content-Type: application/x-www-form-urlencoded"),
  "stranger's upload": post("/api/uploads?for=checkpoint"),
  "idle after a request": `GET /icon.svg HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
  "says nothing": "",
};
const quiet = new Set(["idle after a request", "says nothing"]);
const perKind = 25;
/** Limits are 15 s for headers and 20 or 30 s for these bodies, looked at every 3 s, and 2 s to read a refusal. */
const longestMs = 40_000;

test("while slow connections wait, sign-in and answers take no longer than usual, and they are closed", async ({
  request,
}) => {
  test.setTimeout(120_000);
  const study = await openStudyOfPhotographs("slow connections", { captions: 8, ratersPerItem: 1 });
  const email = "patient@example.org";
  const password = "a patient person's long password";
  const passwordHash = await hashPassword(password);
  await db.user.upsert({
    where: { email },
    create: { email, name: "patient", role: "RESEARCHER", passwordHash },
    update: { passwordHash },
  });

  const openedAt = performance.now();
  const slow = new Map<string, Socket[]>();
  for (const [kind, said] of Object.entries(kinds)) {
    slow.set(kind, await Promise.all(Array.from({ length: perKind }, () => openConnection(port, said))));
  }
  const sockets = [...slow.values()].flat();
  // Otherwise the end of the connection would go unnoticed behind an unread answer.
  for (const socket of sockets) socket.resume();
  expect(sockets).toHaveLength(200);
  const dripping = setInterval(() => {
    for (const [kind, own] of slow) {
      if (quiet.has(kind)) continue;
      for (const socket of own) socket.write("a");
    }
  }, 1000);
  try {
    const signInMs: number[] = [];
    for (let time = 0; time < 5; time++)
      signInMs.push(await timed(() => signInByPassword(request, email, password)));
    const answerMs = await answerAll(request, study.joinPath, study.id);
    const [{ held }] = await db.$queryRaw<[{ held: number }]>`
      SELECT count(*)::int AS held FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'`;
    console.log({ signInMs: signInMs.map(Math.round), answerMs: answerMs.map(Math.round) });
    expect(Math.max(...signInMs)).toBeLessThan(5000);
    expect(answerMs.length).toBeGreaterThanOrEqual(8);
    expect(Math.max(...answerMs)).toBeLessThan(2000);
    // None of them holds a connection to the database while it makes the server wait.
    expect(held).toBe(0);

    const mustEnd = [...slow].filter(([kind]) => kind !== "idle after a request");
    await expect
      .poll(() => mustEnd.filter(([, own]) => own.some((socket) => !socket.closed)).map(([kind]) => kind), {
        timeout: longestMs,
      })
      .toEqual([]);
    expect(performance.now() - openedAt).toBeLessThan(longestMs + 20_000);
  } finally {
    clearInterval(dripping);
    for (const socket of sockets) socket.destroy();
  }
});

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function signInByPassword(request: APIRequestContext, email: string, password: string): Promise<void> {
  const { csrfToken } = await (await request.get("/api/auth/csrf")).json();
  const answer = await request.post("/api/auth/callback/password", {
    form: { csrfToken, email, password, json: "true" },
  });
  expect(answer.status()).toBe(200);
}

/** @returns how long each answer took */
async function answerAll(request: APIRequestContext, joinPath: string, studyId: string): Promise<number[]> {
  const { raterId, newToken } = await joinStudy(joinPath.split("/").at(-1)!, {});
  const { name, value } = raterCookie(studyId, newToken!, false);
  const headers = { cookie: `${name}=${value}` };
  let { items } = await leaseAssignments(raterId);
  const took: number[] = [];
  while (items.length > 0) {
    const data = {
      assignmentId: items[0]!.assignmentId,
      answer: { type: "pair", winner: "left" },
      clientKey: crypto.randomUUID(),
      latencyMs: 1500,
    };
    took.push(
      await timed(async () => {
        const answer = await request.post(`/api/rate/${studyId}/answer`, { headers, data });
        expect(answer.status()).toBe(200);
        ({ items } = (await answer.json()).lease);
      }),
    );
  }
  return took;
}
