/** Ten thousand requests that no browser would send, to every page and route. */
import { expect, test } from "@playwright/test";
import { joinDesk } from "@/lib/desks/join/join-desk";
import { makePersonalLinks } from "@/lib/desks/join/personal-links";
import { leaseImages } from "@/lib/desks/share/lease-images";
import { db } from "@/lib/platform/database/db";
import { joinStudy } from "@/lib/rating/join/join-study";
import { raterCookie } from "@/lib/rating/join/rater-cookie";
import { leaseAssignments } from "@/lib/rating/lease/lease-assignments";
import {
  type MalformedRequest,
  makeMalformedRequest,
  type World,
} from "./malformed-requests/malformed-request";
import { makePanelWorld } from "./panel-world";
import { type RawAnswer, sendRaw } from "./raw-request";
import { findRoutes } from "./routes";
import { signIn } from "./sign-in";
import { processOf, usedHeapBytes, webServer } from "./web-process";

test.afterAll(() => db.$disconnect());

/** Give SEMBLANCE_FUZZ_SEED to repeat a run, and SEMBLANCE_FUZZ_COUNT for a longer or shorter one. */
const seed = Number(process.env.SEMBLANCE_FUZZ_SEED ?? 20_261_129);
const count = Number(process.env.SEMBLANCE_FUZZ_COUNT ?? 10_000);
/** After so many, whatever is loaded once has been loaded. */
const warmUp = Math.floor(count / 2);
const atOnce = 16;
const mostHeapGrowthBytes = 24 * 2 ** 20;

test("malformed requests cause no internal error, no crash and no memory leak", async ({ page, baseURL }) => {
  test.skip(process.platform !== "linux", "reads the process table as Linux prints it");
  test.setTimeout(600_000);
  console.log(`SEMBLANCE_FUZZ_SEED=${seed}`);
  const world = await makeWorld(new URL(baseURL!).host, async () => {
    await signIn(page, "ADMINISTRATOR");
    const cookies = await page.context().cookies();
    return cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  });
  const port = Number(process.env.SEMBLANCE_TEST_PORT);
  const pid = await processOf(webServer);

  const failures: string[] = [];
  const statuses = new Map<string, number>();
  let next = 0;
  const send = async (until: number) => {
    while (next < until) {
      const index = next++;
      const request = makeMalformedRequest(seed, index, world);
      const answer = await sendRaw(port, request.bytes, request.isWhole ? 60_000 : 1000);
      const problem = problemOf(answer, request);
      const status = String(answer.status);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (problem) failures.push(describeFailure(index, problem, request));
    }
  };
  const sendMany = (until: number) => Promise.all(Array.from({ length: atOnce }, () => send(until)));

  await sendMany(warmUp);
  const heapBefore = await usedHeapBytes(pid);
  await sendMany(count);
  const heapAfter = await usedHeapBytes(pid);

  console.log(Object.fromEntries([...statuses].sort()), `heap ${heapBefore} → ${heapAfter} bytes`);
  expect(failures.slice(0, 10).join("\n\n")).toBe("");
  expect(await processOf(webServer)).toBe(pid);
  expect(heapAfter - heapBefore).toBeLessThan(mostHeapGrowthBytes);
  // Most came as far as they were meant to: few were refused by limits on their number.
  expect((statuses.get("429") ?? 0) / count).toBeLessThan(0.05);
});

function problemOf({ status, head, isLate }: RawAnswer, { isWhole }: MalformedRequest): string | null {
  // The rest of a body is awaited for as long as its route allows; slow-connections.long.spec.ts sees that it ends.
  if (isLate && isWhole) return "no answer";
  if (status === null) return null;
  // Results are computed by few processes, which say when they have too much to do.
  if (status === 503 && head.includes("\r\nretry-after: ")) return null;
  if (status >= 500) return head.split("\r\n", 1)[0]!;
  for (const name of ["content-security-policy", "x-content-type-options"]) {
    if (!head.includes(`\r\n${name}: `)) return `no ${name} in the answer: ${head}`;
  }
  return null;
}

function describeFailure(
  index: number,
  problem: string,
  { route, visitor, bytes }: MalformedRequest,
): string {
  return `Request ${index} (${visitor}, ${route}): ${problem}\n${JSON.stringify(bytes.toString("latin1").slice(0, 1500))}`;
}

async function makeWorld(host: string, memberCookie: () => Promise<string>): Promise<World> {
  const { ids } = await makePanelWorld();
  const { raterId, newToken } = await joinStudy(ids.token!, {});
  const { items } = await leaseAssignments(raterId);
  const { name, value } = raterCookie(ids.studyId!, newToken!, false);
  const captioner = await sitDown(ids.deskId!);
  return {
    routes: findRoutes(),
    ids,
    host,
    assignmentId: items[0]!.assignmentId,
    taskId: captioner.taskId,
    cookies: { stranger: "", rater: `${name}=${value}; ${captioner.cookie}`, member: await memberCookie() },
  };
}

async function sitDown(deskId: string): Promise<{ taskId: string; cookie: string }> {
  const [link] = await makePersonalLinks({ deskId, names: "Fuzz" });
  const visit = { network: "192.0.2.1", device: "fuzz", proof: undefined };
  const { captionerId, newToken } = await joinDesk(link!.path.replace("/desk/", ""), { visit });
  const { items } = await leaseImages(captionerId);
  const { name, value } = raterCookie(deskId, newToken!, false);
  return { taskId: items[0]!.taskId, cookie: `${name}=${value}` };
}
