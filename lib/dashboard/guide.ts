/** The guide of a first visit: which of its five steps a person has taken, derived from what they did. */
import { z } from "zod";
import { getDemoState } from "@/lib/dashboard/demo-state";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";

export const pairsToRate = 5;

export const guideSteps = ["example", "rate", "leaderboard", "fine-tune", "export"] as const;
export type GuideStepKey = (typeof guideSteps)[number];

export type Guide = {
  steps: { key: GuideStepKey; done: boolean; href: string }[];
  /** Votes that this person has given in the demo's open study. */
  votes: number;
};

type Person = { id: string; email: string };

/** What no other table knows of a person: pages that they have opened, and that they closed the guide. */
const stored = z.object({
  openedLeaderboards: z.array(z.uuid()).default([]),
  closed: z.boolean().default(false),
});

const toKey = (userId: string) => `guide:${userId}`;

/** Null without the demo, and for good once the person has closed it. */
export async function getGuide(person: Person): Promise<Guide | null> {
  if ((await getDemoState()) !== "installed") return null;
  const { closed, openedLeaderboards } = await readStored(person.id);
  if (closed) return null;
  const studies = await db.study.findMany({
    where: { isDemo: true },
    select: { id: true, state: true, inviteToken: true },
    orderBy: { createdAt: "asc" },
  });
  const example = studies.find(({ state }) => state === "CLOSED");
  const open = studies.find(({ state }) => state === "OPEN");
  if (!example || !open) return null;
  const [votes, ownFineTune, ownExport] = await Promise.all([
    countVotes(person.id, open.id),
    db.fineTune.findFirst({ where: { isDemo: false }, select: { id: true } }),
    db.auditEntry.findFirst({
      where: { actor: person.email, action: "study.exported" },
      select: { sequence: true },
    }),
  ]);
  const leaderboardOf = ({ id }: { id: string }) => `/admin/studies/${id}/leaderboard`;
  const taken: Record<GuideStepKey, { done: boolean; href: string }> = {
    example: { done: openedLeaderboards.includes(example.id), href: leaderboardOf(example) },
    rate: { done: votes >= pairsToRate, href: `/join/${open.inviteToken}` },
    leaderboard: { done: openedLeaderboards.includes(open.id), href: leaderboardOf(open) },
    "fine-tune": { done: ownFineTune !== null, href: "/admin/fine-tunes/new?suggested=yes" },
    export: { done: ownExport !== null, href: `${leaderboardOf(open)}#files` },
  };
  return { steps: guideSteps.map((key) => ({ key, ...taken[key] })), votes };
}

/** Notes that a person has opened a leaderboard; the open study's counts only with their own votes in it. */
export async function noteLeaderboard(
  person: Person,
  study: { id: string; isDemo: boolean; isOpen: boolean },
): Promise<void> {
  if (!study.isDemo) return;
  const state = await readStored(person.id);
  if (state.closed || state.openedLeaderboards.includes(study.id)) return;
  if (study.isOpen && (await countVotes(person.id, study.id)) < pairsToRate) return;
  await write(person.id, { ...state, openedLeaderboards: [...state.openedLeaderboards, study.id] });
}

/** Skipped or finished: it does not come back. */
export async function closeGuide({ id, email }: Person): Promise<void> {
  await write(id, { ...(await readStored(id)), closed: true });
  await db.$transaction((transaction) =>
    appendAuditEntry(transaction, {
      action: "user.guide-closed",
      subject: { kind: "account", id, name: email },
    }),
  );
}

function countVotes(userId: string, studyId: string): Promise<number> {
  return db.rating.count({ where: { assignment: { rater: { userId, studyId } } } });
}

async function readStored(userId: string): Promise<z.infer<typeof stored>> {
  const row = await db.setting.findUnique({ where: { key: toKey(userId) } });
  return stored.parse(row?.value ?? {});
}

async function write(userId: string, value: z.infer<typeof stored>): Promise<void> {
  const key = toKey(userId);
  await db.setting.upsert({ where: { key }, create: { key, value }, update: { value } });
}
