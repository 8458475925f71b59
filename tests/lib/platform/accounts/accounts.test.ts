import { beforeEach, describe, expect, it } from "vitest";
import type { Role } from "@/lib/generated/prisma/enums";
import { authenticate } from "@/lib/platform/accounts/authenticate";
import { changeRole, setUserDisabled } from "@/lib/platform/accounts/change-user";
import { createFirstAdministratorLink, createSignInLink } from "@/lib/platform/accounts/create-sign-in-link";
import { inviteUser } from "@/lib/platform/accounts/invite-user";
import { findMember, type Member } from "@/lib/platform/accounts/member";
import { hashPassword } from "@/lib/platform/accounts/password";
import { findSignInLink, redeemSignInLink } from "@/lib/platform/accounts/redeem-sign-in-link";
import { saveAccount } from "@/lib/platform/accounts/update-account";
import { startSession } from "@/lib/platform/accounts/user-sessions";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();

const actor = "root@example.org";
const password = "six unrelated words in a row";

const visitor = { address: "198.51.100.7", network: "198.51.100.7", browser: "a browser", deviceToken: null };
const anything = async () => null;

beforeEach(async () => {
  await db.user.deleteMany();
  await db.rateLimit.deleteMany();
});

async function person(name: string, role: Role, options: { password?: string } = {}) {
  return db.user.create({
    data: {
      name,
      email: `${name}@example.org`,
      role,
      passwordHash: options.password ? await hashPassword(options.password) : null,
    },
  });
}

function tokenOf(link: { path: string } | null): string {
  return link!.path.replace("/sign-in/", "");
}

async function member(id: string, cameByLink = false): Promise<Member> {
  const user = await db.user.findUniqueOrThrow({ where: { id } });
  return (await findMember(await startSession(user, visitor, cameByLink, db)))!;
}

describe("the first administrator", () => {
  it("is created once, however many servers start at the same moment", async () => {
    const paths = await Promise.all([1, 2, 3].map(() => createFirstAdministratorLink()));
    expect(await db.user.count()).toBe(1);
    expect(new Set(paths).size).toBe(3);
    // Each start ends the link of the one before; exactly the last one printed works.
    const usable = await Promise.all(
      paths.map((path) =>
        findSignInLink(path!.replace("/sign-in/", ""), visitor).then(
          () => true,
          () => false,
        ),
      ),
    );
    expect(usable.filter(Boolean)).toHaveLength(1);
  });

  it("gets a fresh link at each start until a password is set, and none afterwards", async () => {
    await createFirstAdministratorLink();
    const user = await redeemSignInLink(tokenOf({ path: (await createFirstAdministratorLink())! }), visitor);
    expect(user.role).toBe("ADMINISTRATOR");
    const typed = { name: user.name, email: user.email, current: "", password, repeated: password };
    await saveAccount(await member(user.id, true), typed, visitor, anything);
    expect(await createFirstAdministratorLink()).toBeNull();
  });

  it("is not created where somebody has an account", async () => {
    await person("grace", "RESEARCHER");
    expect(await createFirstAdministratorLink()).toBeNull();
    expect(await db.user.count()).toBe(1);
  });
});

describe("one-time links", () => {
  it("admit exactly one of two people who use them at the same moment", async () => {
    const { id } = await person("ada", "RESEARCHER");
    const token = tokenOf(await createSignInLink(id));
    const outcomes = await Promise.allSettled([
      redeemSignInLink(token, visitor),
      redeemSignInLink(token, visitor),
    ]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("are stored as hashes only", async () => {
    const { id } = await person("ada", "RESEARCHER");
    const token = tokenOf(await createSignInLink(id));
    expect(JSON.stringify(await db.signInLink.findMany())).not.toContain(token);
  });

  it("expire after a week, with a newer link, and with the account", async () => {
    const { id } = await person("ada", "RESEARCHER");
    const first = tokenOf(await createSignInLink(id));
    const second = tokenOf(await createSignInLink(id));
    await expect(redeemSignInLink(first, visitor)).rejects.toMatchObject({ code: "gone" });
    await db.signInLink.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } });
    await expect(redeemSignInLink(second, visitor)).rejects.toThrow("This sign-in link has expired.");
    const third = tokenOf(await createSignInLink(id));
    await db.user.update({ where: { id }, data: { disabledAt: new Date() } });
    await expect(redeemSignInLink(third, visitor)).rejects.toMatchObject({ code: "forbidden" });
  });

  it("tell people what they can do about a link that no longer works", async () => {
    const remedyOf = async (role: Role, hasPassword: boolean) => {
      const { id } = await person(`${role} ${hasPassword}`, role, hasPassword ? { password } : {});
      const token = tokenOf(await createSignInLink(id));
      await redeemSignInLink(token, visitor);
      const thrown = await findSignInLink(token, visitor).catch((error) => error);
      return thrown.remedy as string;
    };
    expect(await remedyOf("RESEARCHER", false)).toBe("Ask an administrator for a new sign-in link.");
    for (const hasPassword of [false, true]) {
      const remedy = await remedyOf("ADMINISTRATOR", hasPassword);
      expect(remedy).not.toMatch(/ask an administrator/i);
      expect(remedy).toContain("npx semblance sign-in-link ADMINISTRATOR");
      expect(remedy.startsWith("Sign in with your password")).toBe(hasPassword);
    }
    await expect(findSignInLink("mistyped", visitor)).rejects.toMatchObject({
      remedy: expect.stringContaining("copied the whole link"),
    });
  });

  it("are not created for disabled or unknown people", async () => {
    const { id } = await person("ada", "RESEARCHER");
    await person("root", "ADMINISTRATOR");
    await setUserDisabled(id, true, actor);
    await expect(createSignInLink(id)).rejects.toMatchObject({ code: "conflict" });
    await expect(createSignInLink(crypto.randomUUID())).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("signing in with a password", () => {
  it("ignores the case of the address, and refuses wrong passwords, unknown and disabled people in the same way", async () => {
    const { id } = await person("ada", "RESEARCHER", { password });
    expect((await authenticate({ email: " ADA@example.org ", password }, visitor)).id).toBe(id);
    await db.user.create({
      data: {
        name: "gone",
        email: "gone@example.org",
        role: "RATER",
        passwordHash: await hashPassword(password),
        disabledAt: new Date(),
      },
    });
    const refusals = await Promise.allSettled([
      authenticate({ email: "ada@example.org", password: "wrong" }, visitor),
      authenticate({ email: "nobody@example.org", password }, visitor),
      authenticate({ email: "gone@example.org", password }, visitor),
    ]);
    const messages = refusals.map((refusal) =>
      refusal.status === "rejected" ? refusal.reason.message : "let in",
    );
    expect(new Set(messages)).toEqual(new Set(["The e-mail address or the password is wrong."]));
  });
});

describe("saving the account page", () => {
  const typed = { name: "Ada", email: "ada@example.org", current: "", password: "", repeated: "" };
  const renewed = { password: "another phrase entirely", repeated: "another phrase entirely" };

  it("saves name, address and password together, or none of them", async () => {
    const { id } = await person("ada", "ADMINISTRATOR");
    await person("grace", "RESEARCHER");
    const whole = { name: "Ada L.", email: "Ada.L@example.org", current: "", password, repeated: password };
    await expect(
      saveAccount(await member(id, true), { ...whole, email: "Grace@example.org" }, visitor, anything),
    ).rejects.toMatchObject({ code: "conflict", details: { field: "email" } });
    expect((await db.user.findUniqueOrThrow({ where: { id } })).passwordHash).toBeNull();
    await saveAccount(await member(id, true), whole, visitor, anything);
    expect((await authenticate({ email: "ada.l@example.org", password }, visitor)).name).toBe("Ada L.");
  });

  it("needs no password and ends no session if only the name changes", async () => {
    const { id, passwordHash } = await person("ada", "RESEARCHER", { password });
    const ada = await member(id);
    expect(await saveAccount(ada, { ...typed, name: "Ada L." }, visitor, anything)).toBeNull();
    expect(await db.user.findUnique({ where: { id } })).toMatchObject({ name: "Ada L.", passwordHash });
    expect(await findMember(ada.sessionId)).not.toBeNull();
  });

  it.each([
    ["e-mail address", { email: "thief@example.org" }],
    ["password", renewed],
  ])("changes the %s only with the current password", async (_, change) => {
    const { id } = await person("ada", "RESEARCHER", { password });
    const ada = await member(id);
    for (const current of ["", "wrong"]) {
      await expect(
        saveAccount(ada, { ...typed, ...change, current }, visitor, anything),
      ).rejects.toMatchObject({
        code: "forbidden",
        details: { field: "current" },
      });
    }
    await saveAccount(ada, { ...typed, ...change, current: password }, visitor, anything);
    expect(await db.user.count({ where: { id, email: typed.email, name: "ada" } })).toBe(0);
  });

  it("accepts a fresh link instead of the current password, but not an old one", async () => {
    const { id } = await person("ada", "RESEARCHER", { password });
    await person("grace", "RESEARCHER");
    const old = await member(id, true);
    await db.session.updateMany({ data: { createdAt: new Date(Date.now() - 3601_000) } });
    const late = await findMember(old.sessionId);
    await expect(saveAccount(late!, { ...typed, ...renewed }, visitor, anything)).rejects.toMatchObject({
      code: "forbidden",
    });
    await saveAccount(await member(id, true), { ...typed, ...renewed }, visitor, anything);
    expect((await authenticate({ email: typed.email, password: renewed.password }, visitor)).id).toBe(id);
  });

  it("needs a fresh link if there is no password", async () => {
    const { id } = await person("ada", "RESEARCHER");
    await member(id, true);
    await db.session.updateMany({ data: { createdAt: new Date(Date.now() - 3601_000) } });
    const late = (await findMember((await db.session.findFirstOrThrow()).id))!;
    for (const change of [{ email: "thief@example.org" }, renewed]) {
      await expect(saveAccount(late, { ...typed, ...change }, visitor, anything)).rejects.toMatchObject({
        code: "forbidden",
        remedy: expect.stringContaining("new"),
      });
    }
  });

  it("ends every session and open link of the account, and starts a new session", async () => {
    const { id } = await person("ada", "RESEARCHER", { password });
    const [ada, elsewhere] = [await member(id), await member(id)];
    const token = tokenOf(await createSignInLink(id));
    const change = { ...typed, email: "ada.l@example.org", current: password };
    const sessionId = await saveAccount(ada, change, visitor, anything);
    expect(await findMember(ada.sessionId)).toBeNull();
    expect(await findMember(elsewhere.sessionId)).toBeNull();
    expect(await findMember(sessionId!)).toMatchObject({ email: "ada.l@example.org", hasFreshLink: false });
    await expect(redeemSignInLink(token, visitor)).rejects.toMatchObject({ code: "gone" });
  });

  it("says at the field why a password is rejected, and keeps the old one", async () => {
    const { id } = await person("ada", "RESEARCHER", { password });
    const judged: string[][] = [];
    const judge = async (_: string, words: string[]) => {
      judged.push(words);
      return "This is a frequently used password.";
    };
    await expect(
      saveAccount(await member(id), { ...typed, ...renewed, current: password }, visitor, judge),
    ).rejects.toMatchObject({ code: "invalid_input", details: { field: "password" } });
    expect(judged[0]).toEqual(expect.arrayContaining(["Ada", "ada@example.org", "example"]));
    expect((await authenticate({ email: typed.email, password }, visitor)).id).toBe(id);
  });
});

describe("managing people", () => {
  it("invites an address once, and records who did", async () => {
    const { path } = await inviteUser({ name: "Ada", email: "Ada@Example.org", role: "RESEARCHER" }, actor);
    expect((await redeemSignInLink(tokenOf({ path }), visitor)).email).toBe("ada@example.org");
    await expect(
      inviteUser({ name: "Ada", email: "ada@example.org", role: "RESEARCHER" }, actor),
    ).rejects.toMatchObject({ code: "conflict", details: { field: "email" } });
    const [entry] = await db.auditEntry.findMany({ orderBy: { sequence: "desc" }, take: 1 });
    expect(entry).toMatchObject({ actor, action: "user.invited" });
  });

  it("keeps one administrator, even if two disable each other at the same moment", async () => {
    const one = await person("one", "ADMINISTRATOR");
    const two = await person("two", "ADMINISTRATOR");
    const outcomes = await Promise.allSettled([
      changeRole(one.id, "RESEARCHER", actor),
      setUserDisabled(two.id, true, actor),
    ]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await db.user.count({ where: { role: "ADMINISTRATOR", disabledAt: null } })).toBe(1);
  });

  it("ends the open links of whoever is disabled", async () => {
    await person("root", "ADMINISTRATOR");
    const { id } = await person("ada", "RESEARCHER");
    const token = tokenOf(await createSignInLink(id));
    await setUserDisabled(id, true, actor);
    await setUserDisabled(id, false, actor);
    await expect(redeemSignInLink(token, visitor)).rejects.toMatchObject({ code: "gone" });
  });
});
