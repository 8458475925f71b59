import { beforeEach, describe, expect, it } from "vitest";
import { changeRole, setUserDisabled } from "@/lib/platform/accounts/change-user";
import { findMember, type Member } from "@/lib/platform/accounts/member";
import { readSessionCookie, writeSessionCookie } from "@/lib/platform/accounts/session-cookie";
import {
  endOwnSession,
  endOwnSessions,
  listOwnSessions,
  signOut,
  startSession,
} from "@/lib/platform/accounts/user-sessions";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();

const actor = "root@example.org";
const visitor = { address: "198.51.100.7", browser: "a browser" };

beforeEach(async () => {
  await db.user.deleteMany();
  await person("root", "ADMINISTRATOR");
});

const person = (name: string, role: "ADMINISTRATOR" | "RESEARCHER") =>
  db.user.create({ data: { name, email: `${name}@example.org`, role } });

async function enter(user: { id: string; passwordHash: string | null }): Promise<Member> {
  return (await findMember(await startSession(user, visitor, false, db)))!;
}

describe("a session", () => {
  it("is found by its cookie and by nothing else", async () => {
    const { sessionId } = await enter(await person("ada", "RESEARCHER"));
    const cookie = await writeSessionCookie(sessionId);
    expect(await readSessionCookie(cookie)).toBe(sessionId);
    for (const forged of [
      undefined,
      "",
      sessionId,
      "a.b.c",
      cookie.slice(0, -3),
      await writeSessionCookie("x"),
    ]) {
      expect(await readSessionCookie(forged)).toBeNull();
    }
  });

  it("ends on signing out, for every copy of its cookie, and no other session ends", async () => {
    const user = await person("ada", "RESEARCHER");
    const [here, there] = [await enter(user), await enter(user)];
    const copied = await writeSessionCookie(here.sessionId);
    await signOut(here.sessionId);
    expect(await findMember((await readSessionCookie(copied))!)).toBeNull();
    expect(await findMember(there.sessionId)).not.toBeNull();
    await signOut(here.sessionId);
  });

  it("expires two weeks after it began, and is deleted when its owner signs in again", async () => {
    const user = await person("ada", "RESEARCHER");
    const { sessionId } = await enter(user);
    const { createdAt, expiresAt } = await db.session.findUniqueOrThrow({ where: { id: sessionId } });
    expect(Math.round((expiresAt.getTime() - createdAt.getTime()) / 86_400_000)).toBe(14);
    await db.session.update({ where: { id: sessionId }, data: { expiresAt: new Date(Date.now() - 1) } });
    expect(await findMember(sessionId)).toBeNull();
    await enter(user);
    expect(await db.session.count({ where: { id: sessionId } })).toBe(0);
  });

  it("of a disabled account stays ended when the account is enabled again", async () => {
    const user = await person("ada", "RESEARCHER");
    const { sessionId } = await enter(user);
    await setUserDisabled(user.id, true, actor);
    expect(await findMember(sessionId)).toBeNull();
    await setUserDisabled(user.id, false, actor);
    expect(await findMember(sessionId)).toBeNull();
  });

  it("ends when the role changes", async () => {
    const user = await person("ada", "RESEARCHER");
    const { sessionId } = await enter(user);
    await changeRole(user.id, "RESEARCHER", actor);
    expect(await findMember(sessionId)).not.toBeNull();
    await changeRole(user.id, "ADMINISTRATOR", actor);
    expect(await findMember(sessionId)).toBeNull();
  });

  it("cannot begin with a sign-in from before the account was disabled or got a new password", async () => {
    const user = await person("ada", "RESEARCHER");
    await db.user.update({ where: { id: user.id }, data: { passwordHash: "new" } });
    await expect(startSession(user, visitor, false, db)).rejects.toMatchObject({ code: "not_signed_in" });
    await db.user.update({ where: { id: user.id }, data: { passwordHash: null } });
    await setUserDisabled(user.id, true, actor);
    await expect(startSession(user, visitor, false, db)).rejects.toMatchObject({ code: "not_signed_in" });
  });

  it("that begins while the account is being disabled ends with it", async () => {
    const user = await person("ada", "RESEARCHER");
    for (let round = 0; round < 10; round++) {
      const entering = Array.from({ length: 5 }, () =>
        db.$transaction((transaction) => startSession(user, visitor, false, transaction)),
      );
      await Promise.allSettled([...entering, setUserDisabled(user.id, true, actor)]);
      expect(await db.session.count({ where: { userId: user.id } })).toBe(0);
      await setUserDisabled(user.id, false, actor);
    }
  });

  it("records when it was last seen, but not at every request", async () => {
    const { sessionId } = await enter(await person("ada", "RESEARCHER"));
    const seen = async () => (await db.session.findUniqueOrThrow({ where: { id: sessionId } })).lastSeenAt;
    const before = await seen();
    await findMember(sessionId);
    expect(await seen()).toEqual(before);
    await db.session.update({
      where: { id: sessionId },
      data: { lastSeenAt: new Date(Date.now() - 600_000) },
    });
    await findMember(sessionId);
    expect(Date.now() - (await seen()).getTime()).toBeLessThan(60_000);
  });
});

describe("one's own sessions", () => {
  it("are listed with this browser first, without anybody else's, and can be ended one by one", async () => {
    const [ada, grace] = [await person("ada", "RESEARCHER"), await person("grace", "RESEARCHER")];
    const [first, second, hers] = [await enter(ada), await enter(ada), await enter(grace)];
    expect(await listOwnSessions(first)).toMatchObject([
      { id: first.sessionId, own: true, ...visitor },
      { id: second.sessionId, own: false },
    ]);
    await expect(endOwnSession(first, hers.sessionId)).rejects.toMatchObject({ code: "not_found" });
    expect(await findMember(hers.sessionId)).not.toBeNull();
    await endOwnSession(first, second.sessionId);
    expect(await findMember(second.sessionId)).toBeNull();
    expect(await findMember(first.sessionId)).not.toBeNull();
    expect((await db.auditEntry.findMany()).at(-1)).toMatchObject({ action: "user.session-ended" });
  });

  it("end everywhere at once, and the audit log says so", async () => {
    const ada = await person("ada", "RESEARCHER");
    const [first, second] = [await enter(ada), await enter(ada)];
    await endOwnSessions(first);
    expect(await findMember(first.sessionId)).toBeNull();
    expect(await findMember(second.sessionId)).toBeNull();
    const entry = await db.auditEntry.findFirst({ where: { action: "user.signed-out-everywhere" } });
    expect(entry).toMatchObject({ actor: "ada@example.org" });
  });
});
