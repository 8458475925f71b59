/**
 * What raters and captioners wait for costs the same in a large study: PostgreSQL tells the plan of every statement that their
 * requests and joins run, with the rows that it really read, among thousands of rows of the same study.
 */
import pg from "pg";
import { beforeAll, expect, it, vi } from "vitest";
import { joinDesk } from "@/lib/desks/join/join-desk";
import { makePersonalLinks } from "@/lib/desks/join/personal-links";
import { makeChallenge } from "@/lib/rating/admission/challenge";
import { makeDeviceCode } from "@/lib/rating/admission/device-code";
import { makeInvitations } from "@/lib/rating/admission/invitations";
import { solveChallenge } from "@/lib/rating/admission/proof-of-work";
import { signId, signingKey } from "@/lib/rating/admission/signed-ids";
import type { Lease } from "@/lib/rating/item/assigned-item";
import { joinStudy } from "@/lib/rating/join/join-study";
import { withTestDatabase } from "@/tests/database";
import { screenRequests } from "@/web/screen-requests";
import { makeDesk, sitDownByLink } from "../../desks/desk-fixture";
import { answerTo, checkAnswer } from "../../rating/rater-at-work";
import { createOpenStudy } from "../../studies/plan/open-study-fixture";

const { db, url } = await withTestDatabase();
const studyRows = 1500;
const deskRows = 800;
/** Far more than one rater has, fewer than the study has of anything. */
const mostRowsRead = 800;

type PlanNode = {
  "Node Type": string;
  "Relation Name"?: string;
  "Index Name"?: string;
  "Actual Rows": number;
  "Actual Loops": number;
  "Rows Removed by Filter"?: number;
  "Rows Removed by Index Recheck"?: number;
  Plans?: PlanNode[];
};
type Executed = { text: string; nodes: PlanNode[] };

const executed: Executed[] = [];
let isRecording = false;

/** Every connection of this process tells the plans of what it has executed. */
async function recordPlans(): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  const settings = {
    session_preload_libraries: "auto_explain",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_timing": "off",
    "auto_explain.log_nested_statements": "on",
    "auto_explain.log_format": "json",
    "auto_explain.log_level": "notice",
    // Tables with few rows are read whole unless there is no index: at any size, that is what has to be there.
    enable_seqscan: "off",
  };
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  for (const [setting, value] of Object.entries(settings)) {
    await admin.query(`ALTER DATABASE ${name} SET ${setting} = '${value}'`);
  }
  await admin.end();
  const connect = pg.Client.prototype.connect;
  vi.spyOn(pg.Client.prototype, "connect").mockImplementation(function (
    this: pg.Client,
    ...given: unknown[]
  ) {
    this.on("notice", ({ message = "" }) => {
      const json = /^duration: .* plan:\n(\{[\s\S]*\})$/.exec(message)?.[1];
      if (!json || !isRecording) return;
      const { "Query Text": text, Plan } = JSON.parse(json) as { "Query Text": string; Plan: PlanNode };
      executed.push({ text, nodes: [...allNodes(Plan)] });
    });
    return Reflect.apply(connect, this, given);
  } as never);
}

function* allNodes(node: PlanNode): Generator<PlanNode> {
  yield node;
  for (const inner of node.Plans ?? []) yield* allNodes(inner);
}

const rowsRead = (node: PlanNode) =>
  node["Actual Loops"] *
  (node["Actual Rows"] +
    (node["Rows Removed by Filter"] ?? 0) +
    (node["Rows Removed by Index Recheck"] ?? 0));

/** What `work` had PostgreSQL execute. */
async function plansOf(work: () => Promise<unknown>): Promise<Executed[]> {
  executed.length = 0;
  isRecording = true;
  try {
    await work();
  } finally {
    isRecording = false;
  }
  return [...executed];
}

/** @param mostRows of a statement; null for what may look at every image of a desk, which has at most so many */
function expectIndexes(plans: Executed[], mostRows: number | null): void {
  expect(plans.length).toBeGreaterThan(0);
  for (const { text, nodes } of plans) {
    const scans = nodes.filter((node) => node["Relation Name"] || node["Index Name"]);
    const whole = scans.filter((node) => node["Node Type"] === "Seq Scan");
    expect(
      whole.map((node) => node["Relation Name"]),
      text,
    ).toEqual([]);
    if (mostRows !== null)
      expect(
        scans.reduce((sum, node) => sum + rowsRead(node), 0),
        text,
      ).toBeLessThan(mostRows);
  }
}

type Study = Awaited<ReturnType<typeof createOpenStudy>>;
let study: Study;
let desk: Awaited<ReturnType<typeof makeDesk>>;

beforeAll(async () => {
  await recordPlans();
  study = await createOpenStudy(db, {
    captions: 8,
    ratersPerItem: 3,
    itemsPerRater: 12,
    withFiles: true,
    checks: { TRAINING: 1, GOLD: 2, ATTENTION: 1 },
    qualityControl: { trainingItems: 1, goldItems: 1, attentionChecks: 1, repeats: 1 },
  });
  desk = await makeDesk(3, { people: 2, overlap: 0.5, captionsPerImage: 2 });
  const crowd = new pg.Client({ connectionString: url });
  await crowd.connect();
  await crowd.query("SET auto_explain.log_min_duration = -1");
  try {
    await crowdStudy(crowd, study.studyId);
    await crowdDesk(crowd, desk.deskId);
    await crowd.query("ANALYZE");
  } finally {
    await crowd.end();
  }
}, 120_000);

/** Others have answered half of thousands of items, with all that raters leave behind. */
async function crowdStudy(client: pg.Client, studyId: string): Promise<void> {
  const made = `generate_series(1, ${studyRows}) n`;
  const id = `'${studyId}'::uuid`;
  await client.query(`
    INSERT INTO "User" (id, email, name, role) SELECT gen_random_uuid(), 'rater-' || n || '@example.org', 'Rater', 'RATER' FROM ${made};
    INSERT INTO "Rater" (id, "studyId", "externalId", "userId", "addressKey", "deviceKey", "deviceCodeHash")
    SELECT gen_random_uuid(), ${id}, email, id, md5(email), md5(email), md5(email) FROM "User" WHERE email LIKE 'rater-%';
    INSERT INTO "RaterSession" ("tokenHash", "raterId") SELECT md5(id::text), id FROM "Rater";
    INSERT INTO "Invitation" (id, "studyId", number, "tokenHash") SELECT gen_random_uuid(), ${id}, n, md5('invitation ' || n) FROM ${made};
    INSERT INTO "SpentProof" (challenge, "expiresAt") SELECT 'spent ' || n, now() + interval '1 hour' FROM ${made};
    INSERT INTO "FaultyImage" ("blobSha256") SELECT md5('faulty ' || n) FROM ${made};
    INSERT INTO "AuditEntry" (at, actor, action, detail, "previousHash", hash)
    SELECT now(), 'system', 'rater.joined', '{}', '', md5('entry ' || n) FROM ${made};
    INSERT INTO "Item" (id, "studyId", "criterionId", "captionId", "captionText", kind, contest)
    SELECT gen_random_uuid(), ${id}, item."criterionId", item."captionId", item."captionText", 'REGULAR', 'crowd ' || n
    FROM ${made}, (SELECT * FROM "Item" WHERE "studyId" = ${id} AND kind = 'REGULAR' LIMIT 1) item;
    INSERT INTO "ItemImage" ("itemId", position, "blobSha256")
    SELECT id, position, md5(id::text || position) FROM "Item", generate_series(0, 1) position WHERE contest LIKE 'crowd%';
    INSERT INTO "Seat" (id, "studyId", "itemId", round, shuffle, placement)
    SELECT gen_random_uuid(), ${id}, id, round, ('x' || left(md5(id::text || round), 7))::bit(28)::int, '{0,1}'
    FROM "Item", generate_series(0, 2) round WHERE contest LIKE 'crowd%';
    INSERT INTO "Assignment" (id, "itemId", "raterId", state, placement, "imageTokens", ordinal, "leaseExpiresAt")
    SELECT seat.id, seat."itemId", rater.id, 'DONE', '{0,1}', ARRAY[md5(seat.id::text), md5(seat.id::text || 1)], 0, now()
    FROM (SELECT *, row_number() OVER (ORDER BY "itemId", round) % ${studyRows} AS place FROM "Seat" WHERE right("itemId"::text, 1) < '8') seat
    JOIN (SELECT id, row_number() OVER (ORDER BY id) % ${studyRows} AS place FROM "Rater" WHERE "studyId" = ${id}) rater USING (place)
    WHERE seat."studyId" = ${id};
    INSERT INTO "Rating" ("assignmentId", answer, "clientKey", "latencyMs", "viewportPx", "inputKind")
    SELECT id, '{"type": "pair", "winner": "left"}', id, 900, '', '' FROM "Assignment";
    UPDATE "Seat" SET "isDone" = true, "assignmentId" = id WHERE id IN (SELECT id FROM "Assignment");
    INSERT INTO "ItemReport" ("assignmentId", reason, text) SELECT id, 'other', '' FROM "Assignment" LIMIT ${studyRows};`);
}

/** Others have captioned half of many images. */
async function crowdDesk(client: pg.Client, deskId: string): Promise<void> {
  const made = `generate_series(1, ${deskRows}) n`;
  const id = `'${deskId}'::uuid`;
  await client.query(`
    INSERT INTO "Blob" (sha256, "sizeBytes", "mediaType") SELECT md5('blob ' || n) || md5('blob ' || n), 64, 'image/png' FROM ${made};
    INSERT INTO "Rendition" ("sourceSha256", kind, "blobSha256") SELECT sha256, 'bare-512', (
      SELECT image."blobSha256" FROM "DeskImage" i JOIN "Image" image ON image.id = i."imageId" WHERE i."deskId" = ${id} LIMIT 1
    ) FROM "Blob" WHERE "sizeBytes" = 64;
    INSERT INTO "Image" (id, "datasetId", stem, position, "blobSha256", "widthPx", "heightPx")
    SELECT gen_random_uuid(), (SELECT "datasetId" FROM "Desk" WHERE id = ${id}), 'crowd ' || n, 100 + n,
      md5('blob ' || n) || md5('blob ' || n), 64, 64 FROM ${made};
    INSERT INTO "DeskImage" (id, "deskId", "imageId", wanted)
    SELECT gen_random_uuid(), ${id}, id, 1 + position % 2 FROM "Image" WHERE stem LIKE 'crowd%';
    INSERT INTO "Captioner" (id, "deskId", number, name, "linkHash", "heldUntil", quota)
    SELECT gen_random_uuid(), ${id}, 100 + n, 'Person', md5('link ' || n), now() + interval '1 hour', 1 FROM ${made};
    INSERT INTO "CaptionerSession" ("tokenHash", "captionerId") SELECT md5(id::text), id FROM "Captioner";
    INSERT INTO "CaptionTask" (id, "deskImageId", "captionerId", state, "imageToken")
    SELECT image.id, image.id, person.id, 'DONE', md5(image.id::text)
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM "DeskImage") image
    JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM "Captioner") person USING (place) WHERE place % 2 = 0;
    INSERT INTO "DeskCaption" (id, "taskId", position, text, "tokenCount") SELECT gen_random_uuid(), id, 0, 'a dog', 2 FROM "CaptionTask";`);
}

const visit = ({ proof }: { proof?: string } = {}) => ({
  network: "192.0.2.1",
  device: crypto.randomUUID(),
  proof,
});

it("joining a study, in every way", async () => {
  const { studyId, inviteToken } = study;
  const allow = (way: string) =>
    db.study.update({ where: { id: studyId }, data: { access: { way, minimumSeconds: 0 } } });
  const { id: userId } = await db.user.create({
    data: { email: "new@example.org", name: "New", role: "RATER" },
  });

  await allow("open-link");
  const proof = () => visit({ proof: solveChallenge(makeChallenge(studyId)) });
  const visits = [proof(), proof()];
  const plans = await plansOf(async () => {
    const first = await joinStudy(inviteToken, { externalId: "new", visit: visits[0]! });
    await joinStudy(inviteToken, { token: first.newToken!, visit: visit() });
    await joinStudy(inviteToken, { deviceCode: await makeDeviceCode(first.raterId), visit: visit() });
    await joinStudy(inviteToken, { userId, visit: visits[1]! });
    await expect(joinStudy(inviteToken, { externalId: "new", visit: visit() })).rejects.toThrow();
  });
  await allow("invitations");
  const [invitation] = await makeInvitations({ studyId, count: 1, labels: "" }, "test");
  plans.push(
    ...(await plansOf(() => joinStudy(inviteToken, { invitation: invitation!.token, visit: visit() }))),
  );
  await allow("signed-ids");
  const { signedIdsVersion } = await db.study.findUniqueOrThrow({ where: { id: studyId } });
  const signature = signId(signingKey({ id: studyId, signedIdsVersion }), "signed");
  plans.push(
    ...(await plansOf(() => joinStudy(inviteToken, { externalId: "signed", signature, visit: visit() }))),
  );
  await allow("open-link");
  expectIndexes(plans, mostRowsRead);
});

it("joining a captioning desk by its link and by a personal one", async () => {
  const { deskId, link } = desk;
  const [own] = await makePersonalLinks({ deskId, names: "Ada" });
  const byLink = { name: "Ben", visit: visit({ proof: solveChallenge(makeChallenge(deskId)) }) };
  const plans = await plansOf(async () => {
    await joinDesk(link, byLink);
    await joinDesk(own!.path.split("/").at(-1)!, { visit: visit() });
  });
  expectIndexes(plans, null);
});

it("every request of a rater's and a captioner's screen", async () => {
  const made = new Map<string, Executed[]>();
  /** Sends a request as the browser with this cookie does. */
  const send = async (pattern: string, of: { id: string; token: string }, body: unknown = {}, token = "") => {
    const request = screenRequests.find((each) => each.pattern === pattern)!;
    const names = { studyId: of.id, deskId: of.id, token };
    let response: Response | undefined;
    const plans = await plansOf(async () => {
      response = await request.answer(
        new Request(`http://localhost${pattern}`, {
          method: request.method,
          headers: { cookie: `rater-${of.id}=${of.token}` },
        }),
        names,
        async () => Buffer.from(JSON.stringify(body)),
      );
    });
    made.set(pattern, [...(made.get(pattern) ?? []), ...plans]);
    expect([pattern, response!.status]).toEqual([pattern, 200]);
    return response!;
  };

  const { newToken } = await joinStudy(study.inviteToken, { externalId: "at work" });
  const rater = { id: study.studyId, token: newToken! };
  let lease = ((await (await send("/api/rate/[studyId]/open", rater)).json()) as { firstLease: Lease })
    .firstLease;
  await send("/api/rate/[studyId]/code", rater);
  await send("/api/rate/[studyId]/image/[token]", rater, {}, lease.items[0]!.imageTokens[0]!);
  // The training round, both kinds of checks and a repeat are among them.
  for (let answered = 0; lease.items[0]; answered++) {
    const { assignmentId } = lease.items[0];
    if (answered === 3) {
      const report = { assignmentId, reason: "other", skips: true };
      ({ lease } = (await (await send("/api/rate/[studyId]/report", rater, report)).json()) as {
        lease: Lease;
      });
      continue;
    }
    const { item } = await db.assignment.findUniqueOrThrow({
      where: { id: assignmentId },
      select: { item: { select: { kind: true } } },
    });
    const answer = item.kind === "REGULAR" ? undefined : await checkAnswer(db, assignmentId, true);
    const reply = await send("/api/rate/[studyId]/answer", rater, answerTo(assignmentId, answer));
    ({ lease } = (await reply.json()) as { lease: Lease });
  }
  const given = await db.assignment.findMany({
    where: { rater: { externalId: "at work" } },
    select: { isRepeat: true, item: { select: { kind: true } } },
  });
  expect(new Set(given.map(({ item }) => item.kind)).size).toBe(4);
  expect(given.some(({ isRepeat }) => isRepeat)).toBe(true);
  await send("/api/rate/[studyId]/lease", rater);

  const { token } = await sitDownByLink(desk);
  const captioner = { id: desk.deskId, token };
  const opened = await send("/api/caption/[deskId]/open", captioner);
  const { items } = (
    (await opened.json()) as { firstLease: { items: { taskId: string; imageToken: string }[] } }
  ).firstLease;
  // As a worker leaves it.
  await db.$executeRaw`UPDATE "Rendition" SET "blobSha256" = "sourceSha256" WHERE "blobSha256" IS NULL`;
  await send("/api/caption/[deskId]/image/[token]", captioner, {}, items[0]!.imageToken);
  const caption = { taskId: items[0]!.taskId, position: 0, text: "a square", isFromDraft: false };
  await send("/api/caption/[deskId]/save", captioner, caption);
  await send("/api/caption/[deskId]/skip", captioner, {
    taskId: items[1]!.taskId,
    reason: "unclear",
    text: "",
  });
  await send("/api/caption/[deskId]/lease", captioner, { takesMore: false });
  await send("/api/caption/[deskId]/own", captioner);
  await send("/api/caption/[deskId]/tokens", captioner, { text: "a square" });

  expect([...made.keys()].sort()).toEqual(screenRequests.map(({ pattern }) => pattern).sort());
  for (const [pattern, plans] of made) {
    if (pattern.endsWith("/tokens")) continue;
    // A lease of the desk weighs all its images, of which it has at most mostDeskImages.
    const weighsAll = pattern.startsWith("/api/caption/") && !/\/(own|image)/.test(pattern);
    expectIndexes(plans, weighsAll ? null : mostRowsRead);
  }
});
