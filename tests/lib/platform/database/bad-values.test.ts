/** Values in a request that no column can store are the sender's fault, however they reach the database. */
import { expect, test } from "vitest";
import { toPlatformError } from "@/lib/platform/database/database-errors";
import { queryPrepared } from "@/lib/platform/database/prepared-transaction";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();

const user = (text: string) => db.user.create({ data: { email: text, name: "somebody", role: "RATER" } });
const entry = (payload: object) =>
  db.job.create({
    data: { id: crypto.randomUUID(), kind: "sample", subjectId: crypto.randomUUID(), payload },
  });

test.each<[name: string, ask: () => Promise<unknown>, code: string]>([
  ["an id that is none", () => db.user.findUnique({ where: { id: "x" } }), "not_found"],
  ["an id that is none, by hand", () => db.$queryRaw`SELECT ${"x"}::uuid`, "not_found"],
  ["a rater's id that is none", () => queryPrepared`SELECT ${"x"}::uuid`, "not_found"],
  ["a null character", () => user("a\u0000"), "invalid_input"],
  ["a null character, by hand", () => queryPrepared`SELECT ${"a\u0000"}::text`, "invalid_input"],
  ["a null character in JSON", () => entry({ a: "a\u0000" }), "invalid_input"],
  ["half a character in JSON", () => entry({ a: "a\ud800" }), "invalid_input"],
  ["half a character in a rater's JSON", () => queryPrepared`SELECT ${'"\\ud800"'}::jsonb`, "invalid_input"],
  ["a number beyond its type", () => db.$queryRaw`SELECT ${"99999999999"}::int`, "invalid_input"],
  ["a number beyond any", () => db.user.findMany({ skip: 1e300, take: 1 }), "invalid_input"],
  ["a time that is none", () => db.$queryRaw`SELECT ${"2026-02-31"}::date`, "invalid_input"],
])("%s", async (_name, ask, code) => {
  const thrown = await ask().then(
    () => null,
    (error: unknown) => error,
  );
  expect(toPlatformError(thrown)).toMatchObject({ code });
});

test("our own mistakes stay internal errors", async () => {
  const thrown = await db.$queryRaw`SELECT 1 / 0`.catch((error: unknown) => error);
  expect(toPlatformError(thrown)).toMatchObject({ code: "internal" });
});
