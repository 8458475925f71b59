import { beforeEach, describe, expect, it } from "vitest";
import type { Role } from "@/lib/generated/prisma/enums";
import { createAttemptLimit } from "@/lib/platform/accounts/attempt-limit";
import { authenticate } from "@/lib/platform/accounts/authenticate";
import { changeRole, setUserDisabled } from "@/lib/platform/accounts/change-user";
import { createFirstAdministratorLink, createSignInLink } from "@/lib/platform/accounts/create-sign-in-link";
import { inviteUser } from "@/lib/platform/accounts/invite-user";
import { credentialMark, findMember, type Member } from "@/lib/platform/accounts/member";
import { hashPassword } from "@/lib/platform/accounts/password";
import { findSignInLink, redeemSignInLink } from "@/lib/platform/accounts/redeem-sign-in-link";
import { saveAccount, setPassword, updateProfile } from "@/lib/platform/accounts/update-account";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();

const actor = "root@example.org";
const password = "six unrelated words in a row";

beforeEach(async () => {
  await db.user.deleteMany();
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
  return (await findMember({ userId: id, credentialMark: credentialMark(user), cameByLink }))!;
}

describe("the first administrator", () => {
  it("is created once, however many servers start at the same moment", async () => {
    const paths = await Promise.all([1, 2, 3].map(() => createFirstAdministratorLink()));
    expect(await db.user.count()).toBe(1);
    expect(new Set(paths).size).toBe(3);
    // Each start ends the link of the one before; exactly the last one printed works.
    const usable = await Promise.all(
      paths.map((path) =>
        findSignInLink(path!.replace("/sign-in/", "")).then(
          () => true,
          () => false,
        ),
      ),
    );
    expect(usable.filter(Boolean)).toHaveLength(1);
  });

  it("gets a fresh link at each start until a password is set, and none afterwards", async () => {
    await createFirstAdministratorLink();
    const user = await redeemSignInLink(tokenOf({ path: (await createFirstAdministratorLink())! }));
    expect(user.role).toBe("ADMINISTRATOR");
    await setPassword(await member(user.id, true), { current: "", password, repeated: password });
    expect(await createFirstAdministratorLink()).toBeNull();
  });

  it("is not created where somebody has an account", async () => {
    await person("grace", "RESEARCHER");
    expect(await createFirstAdministratorLink()).toBeNull();
    expect(await db.user.count()).toBe(1);
  });
});

describe("one-time links", () => {
  it("let exactly one of two people in who use them at the same moment", async () => {
    const { id } = await person("ada", "RESEARCHER");
    const token = tokenOf(await createSignInLink(id));
    const outcomes = await Promise.allSettled([redeemSignInLink(token), redeemSignInLink(token)]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("are stored as a hash alone", async () => {
    const { id } = await person("ada", "RESEARCHER");
    const token = tokenOf(await createSignInLink(id));
    expect(JSON.stringify(await db.signInLink.findMany())).not.toContain(token);
  });

  it("end with their week, with a newer link, and with the account", async () => {
    const { id } = await person("ada", "RESEARCHER");
    const first = tokenOf(await createSignInLink(id));
    const second = tokenOf(await createSignInLink(id));
    await expect(redeemSignInLink(first)).rejects.toMatchObject({ code: "gone" });
    await db.signInLink.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } });
    await expect(redeemSignInLink(second)).rejects.toThrow("This sign-in link has expired.");
    const third = tokenOf(await createSignInLink(id));
    await db.user.update({ where: { id }, data: { disabledAt: new Date() } });
    await expect(redeemSignInLink(third)).rejects.toMatchObject({ code: "forbidden" });
  });

  it("say to each what they can do about a link that works no more", async () => {
    const remedyOf = async (role: Role, hasPassword: boolean) => {
      const { id } = await person(`${role} ${hasPassword}`, role, hasPassword ? { password } : {});
      const token = tokenOf(await createSignInLink(id));
      await redeemSignInLink(token);
      const thrown = await findSignInLink(token).catch((error) => error);
      return thrown.remedy as string;
    };
    expect(await remedyOf("RESEARCHER", false)).toBe("Ask an administrator for a new sign-in link.");
    for (const hasPassword of [false, true]) {
      const remedy = await remedyOf("ADMINISTRATOR", hasPassword);
      expect(remedy).not.toMatch(/ask an administrator/i);
      expect(remedy).toContain("npx semblance sign-in-link ADMINISTRATOR");
      expect(remedy.startsWith("Sign in with your password")).toBe(hasPassword);
    }
    await expect(findSignInLink("mistyped")).rejects.toMatchObject({
      remedy: expect.stringContaining("copied the whole link"),
    });
  });

  it("are not made for disabled or unknown people", async () => {
    const { id } = await person("ada", "RESEARCHER");
    await person("root", "ADMINISTRATOR");
    await setUserDisabled(id, true, actor);
    await expect(createSignInLink(id)).rejects.toMatchObject({ code: "conflict" });
    await expect(createSignInLink(crypto.randomUUID())).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("signing in with a password", () => {
  it("takes the address in any case, and refuses wrong passwords, unknown and disabled people alike", async () => {
    const limit = createAttemptLimit();
    const { id } = await person("ada", "RESEARCHER", { password });
    expect((await authenticate({ email: " ADA@example.org ", password }, limit)).id).toBe(id);
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
      authenticate({ email: "ada@example.org", password: "wrong" }, limit),
      authenticate({ email: "nobody@example.org", password }, limit),
      authenticate({ email: "gone@example.org", password }, limit),
    ]);
    const messages = refusals.map((refusal) =>
      refusal.status === "rejected" ? refusal.reason.message : "let in",
    );
    expect(new Set(messages)).toEqual(new Set(["The e-mail address or the password is wrong."]));
  });

  it("is closed to an account after ten failures, for the right password too", async () => {
    const limit = createAttemptLimit();
    await person("ada", "RESEARCHER", { password });
    for (let failure = 0; failure < 10; failure++) limit.recordFailure("ada@example.org");
    await expect(authenticate({ email: "ada@example.org", password }, limit)).rejects.toMatchObject({
      code: "too_many_requests",
    });
  });
});

describe("sessions", () => {
  it("end when the account is disabled or deleted, or gets a new password", async () => {
    const user = await person("ada", "RESEARCHER", { password });
    const claims = { userId: user.id, credentialMark: credentialMark(user), cameByLink: false };
    expect(await findMember(claims)).toMatchObject({ name: "ada", role: "RESEARCHER", hasPassword: true });
    await db.user.update({ where: { id: user.id }, data: { disabledAt: new Date() } });
    expect(await findMember(claims)).toBeNull();
    await db.user.update({ where: { id: user.id }, data: { disabledAt: null, role: "RATER" } });
    expect(await findMember(claims)).toMatchObject({ role: "RATER" });
    await setPassword(await member(user.id), {
      current: password,
      password: "another phrase entirely",
      repeated: "another phrase entirely",
    });
    expect(await findMember(claims)).toBeNull();
    await db.user.delete({ where: { id: user.id } });
    expect(await findMember(claims)).toBeNull();
  });
});

describe("changing one's password", () => {
  it("asks for the current one, unless the member came by a link or has none", async () => {
    const { id } = await person("ada", "RESEARCHER", { password });
    const change = {
      current: "wrong",
      password: "another phrase entirely",
      repeated: "another phrase entirely",
    };
    await expect(setPassword(await member(id), change)).rejects.toMatchObject({
      code: "forbidden",
      details: { field: "current" },
    });
    await setPassword(await member(id, true), change);
    expect(
      (await authenticate({ email: "ada@example.org", password: change.password }, createAttemptLimit())).id,
    ).toBe(id);
  });
});

describe("saving the account page", () => {
  it("keeps name, address and password together, or none of them", async () => {
    const { id } = await person("ada", "ADMINISTRATOR");
    await person("grace", "RESEARCHER");
    const typed = { name: "Ada L.", email: "ada.l@example.org", current: "", password, repeated: password };
    await expect(
      saveAccount(await member(id, true), { ...typed, email: "grace@example.org" }),
    ).rejects.toMatchObject({ code: "conflict" });
    expect((await db.user.findUniqueOrThrow({ where: { id } })).passwordHash).toBeNull();
    await saveAccount(await member(id, true), typed);
    expect((await authenticate({ email: typed.email, password }, createAttemptLimit())).name).toBe("Ada L.");
    const { passwordHash } = await db.user.findUniqueOrThrow({ where: { id } });
    await saveAccount(await member(id), { ...typed, name: "Ada", password: "", repeated: "" });
    expect(await db.user.findUniqueOrThrow({ where: { id } })).toMatchObject({ name: "Ada", passwordHash });
  });
});

describe("changing one's name and address", () => {
  it("refuses an address that somebody else signs in with", async () => {
    const { id } = await person("ada", "RESEARCHER");
    await person("grace", "RESEARCHER");
    await expect(
      updateProfile(await member(id), { name: "Ada", email: "Grace@Example.org" }),
    ).rejects.toMatchObject({
      code: "conflict",
      details: { field: "email" },
    });
    await updateProfile(await member(id), { name: "Ada L.", email: "ADA@example.org" });
    expect(await db.user.findUnique({ where: { id } })).toMatchObject({
      name: "Ada L.",
      email: "ada@example.org",
    });
  });
});

describe("managing people", () => {
  it("invites an address once, and writes down who did", async () => {
    const { path } = await inviteUser({ name: "Ada", email: "Ada@Example.org", role: "RESEARCHER" }, actor);
    expect((await redeemSignInLink(tokenOf({ path }))).email).toBe("ada@example.org");
    await expect(
      inviteUser({ name: "Ada", email: "ada@example.org", role: "RESEARCHER" }, actor),
    ).rejects.toMatchObject({ code: "conflict", details: { field: "email" } });
    const [entry] = await db.auditEntry.findMany({ orderBy: { sequence: "desc" }, take: 1 });
    expect(entry).toMatchObject({ actor, action: "user.invited" });
  });

  it("keeps one administrator, even when two put each other out at the same moment", async () => {
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
    await expect(redeemSignInLink(token)).rejects.toMatchObject({ code: "gone" });
  });
});
