import { beforeAll, expect, it, vi } from "vitest";
import { saveAccountAction } from "@/app/(public)/account/actions";
import { findMember, type Member } from "@/lib/platform/accounts/member";
import { readSessionCookie } from "@/lib/platform/accounts/session-cookie";
import { startSession } from "@/lib/platform/accounts/user-sessions";
import { inRequest } from "@/lib/platform/request/request-context";
import { withComputing } from "@/tests/computing";
import { withTestDatabase } from "@/tests/database";

const asking = vi.hoisted(() => ({
  member: null as Member | null,
  headers: new Headers(),
  set: [] as { name: string; value: string; secure?: boolean; httpOnly?: boolean }[],
}));
vi.mock("@/lib/platform/accounts/current-user", () => ({ currentUser: async () => asking.member }));
vi.mock("next/headers", () => ({
  headers: async () => asking.headers,
  cookies: async () => ({ set: (cookie: (typeof asking.set)[number]) => asking.set.push(cookie) }),
}));

const { db } = await withTestDatabase();
withComputing();

beforeAll(async () => {
  const user = await db.user.create({
    data: { name: "Ada Lovelace", email: "ada@lab.example", role: "RESEARCHER" },
  });
  const visitor = { address: "198.51.100.7", browser: "" };
  asking.member = await findMember(await startSession(user, visitor, true, db));
});

const save = (password: string) =>
  inRequest({}, () =>
    saveAccountAction({
      name: "Ada Lovelace",
      email: "ada@lab.example",
      current: "",
      password,
      repeated: password,
    }),
  );

it.each([
  ["1234567890", "This is a frequently used password. Add more words that are less common."],
  ["Lovelace1815", expect.stringMatching(/^[A-Z].+[.]/)],
  ["ada@lab.example", expect.stringMatching(/^[A-Z].+[.]/)],
])("the password %s is refused at its field", async (password, message) => {
  expect(await save(password)).toMatchObject({
    ok: false,
    code: "invalid_input",
    fields: { password: message },
  });
  expect(asking.set).toEqual([]);
});

it("a good password is accepted, and behind https the browser gets a new session in a host-only cookie", async () => {
  asking.headers = new Headers({ "x-forwarded-proto": "https" });
  expect(await save("six unrelated words in a row")).toMatchObject({ ok: true });
  expect(await findMember(asking.member!.sessionId)).toBeNull();
  const [cookie] = asking.set;
  expect(cookie).toMatchObject({ name: "__Host-semblance.session", secure: true, httpOnly: true, path: "/" });
  const member = await findMember((await readSessionCookie(cookie!.value))!);
  expect(member).toMatchObject({ email: "ada@lab.example", hasPassword: true, hasFreshLink: false });
});
