/**
 * Whatever anybody asks for, the web server's process stays free for others: the largest requests against a study as large
 * as the planner allows, on a server of their own whose event loop is watched, with raters answering beside.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, type Page, test } from "@playwright/test";
import pg from "pg";
import { processorSeconds } from "@/bench/growth/processor-time";
import { quantile } from "@/bench/rating-load/quantile";
import { findRunningPostgres } from "@/lib/platform/database/embedded-postgres";
import type { Lease } from "@/lib/rating/item/assigned-item";
import { raterCookie } from "@/lib/rating/join/rater-cookie";
import { planQuestion } from "@/lib/studies/planner/plan-question";
import { findViolations } from "./find-violations";
import { type LargeWorld, makeLargeWorld } from "./large-world";
import { webServer } from "./web-process";

test.describe.configure({ mode: "serial" });

/** Nothing may keep the loop from others for longer. */
const longestMs = 50;
const answersWithinMs = 100;
/** A machine that is busy with other things is compared with itself. */
const slack = 3;

const [port, probePort] = [0, 1].map((step) => 20_000 + Math.floor(Math.random() * 10_000) + 10_000 * step);
const url = `http://localhost:${port}`;
const largestPlan = planQuestion.parse({ arms: 12, captions: 1000, raters: 500 });

let folder: string;
let server: ChildProcess;
let world: LargeWorld;
let page: Page;
let cookie: string;

test.beforeAll(async ({ browser }) => {
  test.setTimeout(600_000);
  folder = mkdtempSync(join(tmpdir(), "semblance-busy-"));
  await chmod(folder, 0o755);
  const data = join(folder, "data");
  const probe = pathToFileURL(join(import.meta.dirname, "loop-probe.mjs")).href;
  server = spawn(
    process.execPath,
    ["scripts/start.mjs", "--empty", "--no-worker", "--port", String(port), "--data", data],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        ...process.env,
        NODE_OPTIONS: `--import ${probe}`,
        SEMBLANCE_TEST_PROBE_PORT: String(probePort),
      },
    },
  );
  const link = await new Promise<string>((settle, reject) => {
    let said = "";
    server.stdout!.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const found = /Sign in \(works once\): (\S+)/.exec(said);
      if (found) settle(found[1]!);
    });
    server.on("close", (code) => reject(new Error(`npm start ended with exit code ${code}:\n${said}`)));
  });
  const client = new pg.Client({ connectionString: findRunningPostgres(data)!.url });
  await client.connect();
  world = await makeLargeWorld(client);
  await client.end();
  const context = await browser.newContext({ baseURL: url });
  page = await context.newPage();
  await page.goto(link);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((at) => !at.pathname.startsWith("/sign-in"));
  cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
});

test.afterAll(async () => {
  const ended = new Promise((settle) => server?.once("close", settle));
  if (server?.kill("SIGTERM")) await ended;
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** For how much processor time, ms, the web server's event loop was blocked at most since the last call. */
async function longestBlock(): Promise<number> {
  return ((await (await fetch(`http://127.0.0.1:${probePort}`)).json()) as { longestMs: number }).longestMs;
}

const agent = new Agent({ keepAlive: true });

type Reply = { status: number; headers: Record<string, unknown>; body: string; bytes: number };

/** @param signal aborting it closes the connection */
function send(
  method: "GET" | "POST",
  path: string,
  body?: unknown,
  { as = cookie, signal, keep = false }: { as?: string; signal?: AbortSignal; keep?: boolean } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${url}${path}`,
      {
        method,
        agent,
        signal,
        headers: {
          cookie: as,
          origin: url,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          if (keep) chunks.push(chunk);
        });
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
            bytes,
          }),
        );
      },
    );
    sent.on("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Twenty raters answer for a while. @returns how long each answer took, ms */
async function ratersAnswer(forMs: number): Promise<number[]> {
  const latencies: number[] = [];
  const end = performance.now() + forMs;
  const { studyId, raterTokens } = world.rated;
  await Promise.all(
    raterTokens.map(async (token) => {
      const as = `${raterCookie(studyId, token, false).name}=${token}`;
      const post = async (what: string, body: unknown): Promise<Lease> => {
        const reply = await send("POST", `/api/rate/${studyId}/${what}`, body, { as, keep: true });
        expect(reply.status, reply.body).toBe(200);
        return (JSON.parse(reply.body) as { lease: Lease }).lease;
      };
      let lease = await post("lease", {});
      while (performance.now() < end) {
        await new Promise((settle) => setTimeout(settle, 500 + 1000 * Math.random()));
        const sentAt = performance.now();
        lease = await post("answer", {
          assignmentId: lease.items[0]!.assignmentId,
          answer: { type: "pair", winner: "left" },
          clientKey: randomUUID(),
          latencyMs: 2000,
          viewportPx: "390x844",
          inputKind: "touch",
        });
        latencies.push(performance.now() - sentAt);
      }
    }),
  );
  return latencies;
}

/** What raters notice in turns without and with planners, so that what else the machine does counts for both. */
async function besidePlanners() {
  const alone: number[] = [];
  const beside: number[] = [];
  let [blockAlone, blockBeside] = [0, 0];
  for (let turn = 0; turn < 4; turn++) {
    await longestBlock();
    alone.push(...(await ratersAnswer(3000)));
    blockAlone = Math.max(blockAlone, await longestBlock());
    const leaving = new AbortController();
    const planners = [1, 2, 3, 4].map(() =>
      send("POST", "/api/studies/plan", largestPlan, { signal: leaving.signal }),
    );
    beside.push(...(await ratersAnswer(3000)));
    blockBeside = Math.max(blockBeside, await longestBlock());
    leaving.abort();
    await Promise.allSettled(planners);
  }
  const [p95Alone, p95Beside] = [alone, beside].map((latencies) => quantile(latencies, 0.95)!);
  console.info(
    `answers: p95 ${p95Alone!.toFixed(0)} ms alone, ${p95Beside!.toFixed(0)} ms beside the planner; longest block ${blockAlone.toFixed(0)} and ${blockBeside.toFixed(0)} ms`,
  );
  return {
    answers: p95Beside! / Math.max(answersWithinMs, slack * p95Alone!),
    block: blockBeside / Math.max(longestMs, slack * blockAlone),
  };
}

test("raters do not notice the planner's largest requests", async () => {
  test.setTimeout(300_000);
  await ratersAnswer(3000);
  // Another test's work may fall on the turns with planners alone; what the planners do themselves returns each time.
  const attempts = [await besidePlanners()];
  const least = (of: "answers" | "block") => Math.min(...attempts.map((attempt) => attempt[of]));
  while (attempts.length < 3 && (least("answers") >= 1 || least("block") >= 1)) {
    attempts.push(await besidePlanners());
  }
  expect(least("answers")).toBeLessThan(1);
  expect(least("block")).toBeLessThan(1);
});

test("the planner's largest request is answered, and says how far it is", async () => {
  test.setTimeout(200_000);
  const { status, body } = await send("POST", "/api/studies/plan", largestPlan, { keep: true });
  expect(status).toBe(200);
  const lines = body
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.at(-1)).toMatchObject({ answer: { items: 66_000, votes: expect.any(Number) } });
  const shares = lines.flatMap(({ progress }) => (typeof progress === "number" ? [progress] : []));
  expect(shares.length).toBeGreaterThan(3);
  expect([...shares].sort((a, b) => a - b)).toEqual(shares);
});

/** This server's computing processes by their ids. */
function computing(): string[] {
  const processes = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => /^ *(\d+) +(\d+) (.*)$/.exec(line) ?? []);
  const web = processes.find(([, , parent, args]) => parent === String(server.pid) && webServer.test(args!));
  return processes
    .filter(([, , parent, args]) => parent === web![1] && /lib.computations.process[.][jt]s/.test(args!))
    .map(([, id]) => id!);
}

/** How much of a processor they take during half a second. */
async function computingShare(): Promise<number> {
  const ids = computing().map(Number);
  const spent = () => ids.reduce((sum, id) => sum + processorSeconds(id), 0);
  const before = spent();
  await new Promise((settle) => setTimeout(settle, 500));
  return (spent() - before) / 0.5;
}

test("a computation ends when its client disconnects", async () => {
  test.skip(process.platform !== "linux", "reads the process table as Linux prints it");
  const leaving = new AbortController();
  const planned = send("POST", "/api/studies/plan", largestPlan, { signal: leaving.signal }).catch(
    () => null,
  );
  await expect.poll(computingShare).toBeGreaterThan(0.2);
  leaving.abort();
  await planned;
  await expect.poll(computingShare, { timeout: 10_000 }).toBeLessThan(0.1);
});

test("too many requests at once are told to retry later", async () => {
  const leaving = new AbortController();
  const replies = Array.from({ length: 8 }, () =>
    send("POST", "/api/studies/plan", largestPlan, { signal: leaving.signal, keep: true }).catch(
      (error: Error) => error,
    ),
  );
  const refused = await Promise.any(
    replies.map(async (reply) => {
      const settled = await reply;
      if (settled instanceof Error) throw settled;
      if (settled.status !== 429) throw new Error(`not refused, but ${settled.status}: ${settled.body}`);
      return settled;
    }),
  );
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  expect(JSON.parse(refused.body)).toMatchObject({ error: { code: "too_many_requests" } });
  leaving.abort();
  await Promise.all(replies);
});

test("no page and no file of a large study keeps the server from others", async () => {
  test.setTimeout(900_000);
  const { studyId, datasetId, evaluationId, sampleSetIds } = world;
  const study = `/admin/studies/${studyId}`;
  const files = `/api/studies/${studyId}`;
  const tooLong: string[] = [];
  for (const path of [
    study,
    `${study}/leaderboard`,
    `${study}/leaderboard?containing=7`,
    `${files}/votes.csv`,
    `${files}/leaderboard.csv`,
    `${files}/leaderboard.json`,
    `${files}/leaderboard.parquet`,
    `${files}/differences.csv`,
    `${files}/differences.json`,
    `${files}/sensitivity.json`,
    `${files}/registration.txt`,
    `/admin/datasets/${datasetId}`,
    "/admin/datasets",
    `/admin/samples/${sampleSetIds[0]}`,
    "/admin/samples",
    `/admin/evaluations/${evaluationId}`,
    "/admin/evaluations",
    "/admin/evaluations/table",
    "/admin/studies",
    "/admin/studies/new",
    `/admin/studies/new?from=${studyId}`,
    "/admin/settings/audit",
    "/admin/jobs",
    "/admin",
  ]) {
    const blocks: number[] = [];
    // Loads the page's own code, where there is less to compute.
    expect((await send("GET", path.replace(studyId, world.rated.studyId))).status, path).toBeLessThan(500);
    // Garbage collection and the machine's other work only ever add to a block: the shortest of several is the page's own.
    do {
      await longestBlock();
      const { status } = await send("GET", path);
      expect(status, path).toBeLessThan(500);
      blocks.push(await longestBlock());
    } while (Math.min(...blocks) >= longestMs && blocks.length < 8);
    console.info(`${blocks.map((block) => block.toFixed(0)).join(", ")} ms: ${path}`);
    if (Math.min(...blocks) >= longestMs) tooLong.push(`${path}: ${blocks.map(Math.round).join(", ")} ms`);
  }
  expect(tooLong).toEqual([]);
});

test("the planner's form shows how far it is, and stops", async () => {
  await page.goto(`${url}/admin/studies/plan`);
  await page.getByLabel("Arms").fill("12");
  await page.getByLabel("Captions", { exact: true }).fill("1000");
  await page.getByLabel("Raters", { exact: true }).fill("500");
  await page.getByRole("button", { name: "Simulate" }).click();
  const progress = page.getByRole("progressbar", { name: "Simulation" });
  await expect(progress).toHaveAttribute("aria-valuenow", /[1-9]/, { timeout: 30_000 });
  expect(await findViolations(page)).toEqual([]);
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(progress).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Simulate" })).toBeEnabled();
});
