/** Every way out of a study, on the real database: raters get the code that the study has for them. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { makeDeviceCode } from "@/lib/rating/admission/device-code";
import { excludeRater } from "@/lib/rating/checks/exclude-rater";
import type { LeaseEnd } from "@/lib/rating/item/assigned-item";
import { joinStudy } from "@/lib/rating/join/join-study";
import { leaseAssignments } from "@/lib/rating/lease/lease-assignments";
import { type Ending, type EndingName, endingNames, endings, findEnding } from "@/lib/studies/design/endings";
import { closeStudy } from "@/lib/studies/stopping/close-study";
import { withTestDatabase } from "@/tests/database";
import { answerAll, answerOne, checkAnswer, join } from "../../rating/rater-at-work";
import { createOpenStudy } from "../plan/open-study-fixture";

const { db } = await withTestDatabase();
const actor = "endings test";

const codes = (names: readonly EndingName[]) =>
  endings.parse(Object.fromEntries(names.map((name) => [name, { code: name }])));

async function openStudy(
  names: readonly EndingName[],
  options: Partial<Parameters<typeof createOpenStudy>[1]> = {},
) {
  return createOpenStudy(db, {
    captions: 2,
    ratersPerItem: 1,
    ...options,
    fields: { endings: codes(names) },
  });
}

/** How a rater comes to each end; what they are shown then has the code of that name. */
const ways: [EndingName, LeaseEnd, (names: readonly EndingName[]) => Promise<string>][] = [
  [
    "complete",
    "complete",
    async (names) => {
      const { inviteToken } = await openStudy(names, { itemsPerRater: 1 });
      const raterId = await join(inviteToken);
      await answerAll(raterId);
      return raterId;
    },
  ],
  [
    "nothingLeft",
    "nothing-open",
    async (names) => {
      const { inviteToken } = await openStudy(names, { itemsPerRater: 10, captions: 3 });
      const [raterId, other] = [await join(inviteToken), await join(inviteToken)];
      await answerOne(other);
      await answerOne(raterId);
      // The other has the last item in hand.
      await leaseAssignments(other);
      return raterId;
    },
  ],
  [
    "closed",
    "closed",
    async (names) => {
      const { studyId, inviteToken } = await openStudy(names);
      const raterId = await join(inviteToken);
      await answerOne(raterId);
      await closeStudy(studyId, actor);
      return raterId;
    },
  ],
  [
    "screenedOut",
    "screened-out",
    async (names) => {
      const { inviteToken } = await openStudy(names, {
        qualityControl: { trainingItems: 1, qualificationShare: 1 },
        checks: { TRAINING: 1 },
      });
      const raterId = await join(inviteToken);
      await answerAll(raterId, (item) => checkAnswer(db, item.assignmentId, false));
      return raterId;
    },
  ],
  [
    "excluded",
    "excluded",
    async (names) => {
      const { inviteToken } = await openStudy(names);
      const raterId = await join(inviteToken);
      await answerOne(raterId);
      await excludeRater(raterId, "by hand", actor);
      return raterId;
    },
  ],
  [
    "late",
    "complete",
    async (names) => {
      const { inviteToken } = await openStudy(names);
      await answerAll(await join(inviteToken));
      return join(inviteToken);
    },
  ],
];

describe("every way out", () => {
  it.each(ways)("%s has its own code", async (name, end, arrive) => {
    const lease = await leaseAssignments(await arrive(endingNames));
    expect(lease).toMatchObject({ items: [], end, completion: { code: name, url: null } });
  });

  it.each([
    ["nothingLeft", ["complete"], "complete"],
    ["closed", ["complete"], "complete"],
    ["excluded", ["screenedOut"], "screenedOut"],
    ["late", ["nothingLeft", "complete"], "nothingLeft"],
    ["late", ["complete"], null],
    ["screenedOut", ["complete"], null],
  ] as const)("%s in a study with %j gives %s", async (name, has, given) => {
    const [, , arrive] = ways.find(([each]) => each === name)!;
    const { completion } = await leaseAssignments(await arrive(has));
    expect(completion).toEqual(given && { code: given, url: null });
  });

  it("gives raters who did everything their code, even after the study has closed", async () => {
    const { studyId, inviteToken } = await openStudy(endingNames);
    const { raterId } = await joinStudy(inviteToken, { externalId: "p-1" });
    await answerAll(raterId);
    await closeStudy(studyId, actor);
    // On another device, without the cookie.
    const deviceCode = await makeDeviceCode(raterId);
    const again = await joinStudy(inviteToken, { externalId: "p-1", deviceCode });
    expect(again).toMatchObject({ raterId, newToken: expect.any(String) });
    expect(await leaseAssignments(raterId)).toMatchObject({
      end: "complete",
      completion: { code: "complete" },
      last: null,
    });
  });
});

describe("endings", () => {
  it("rejects misspelled ways out, and an ending that gives nothing", () => {
    expect(endings.safeParse({ completed: { code: "C" } }).success).toBe(false);
    expect(endings.safeParse({ complete: { code: null } }).error?.issues[0]?.path).toEqual(["complete"]);
    expect(endings.safeParse({ late: { url: "http://example.org" } }).success).toBe(false);
  });

  it("keeps the endings of older studies, from before every way out had a name", async () => {
    const migration = readFileSync("prisma/migrations/20261128040200_endings/migration.sql", "utf8");
    const [value] = /= (jsonb_strip_nulls[\s\S]*?);/.exec(migration)!.slice(1);
    const moved = async (code: string | null, url: string | null, out: string | null) => {
      const [row] = await db.$queryRawUnsafe<{ endings: unknown }[]>(
        `SELECT ${value} AS endings FROM (SELECT $1::text AS "completionCode", $2::text AS "completionUrl", $3::text AS "screenedOutUrl") old`,
        code,
        url,
        out,
      );
      return row!.endings;
    };
    const given = (ending: Partial<Ending>) => ({ code: null, url: null, ...ending });
    const both = await moved("C1", "https://example.org/done", "https://example.org/out");
    expect(findEnding(both, "complete")).toEqual(given({ code: "C1", url: "https://example.org/done" }));
    expect(findEnding(both, "screenedOut")).toEqual(given({ url: "https://example.org/out" }));
    const linkAlone = await moved(null, "https://example.org/done", null);
    expect(findEnding(linkAlone, "closed")).toEqual(given({ url: "https://example.org/done" }));
    expect(await moved(null, null, null)).toEqual({});
  });
});
