import { describe, expect, it } from "vitest";
import { errorToStatus, SemblanceError, toSemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { getStudy } from "@/lib/studies/get-study";
import { withTestDatabase } from "@/tests/database";

await withTestDatabase();

describe("toSemblanceError", () => {
  it("keeps errors that are meant for the user", () => {
    const error = new SemblanceError("conflict", "Taken.");
    expect(toSemblanceError(error)).toBe(error);
  });

  it.each(["no-id", "\0"])("answers an address that holds no id as one of nothing: 404 (%j)", async (id) => {
    const error = toSemblanceError(await getStudy(id).catch((thrown) => thrown));
    expect(errorToStatus(error.code)).toBe(404);
  });

  it.each([
    { code: "ENOSPC" },
    { code: "EDQUOT" },
    { message: "could not extend file: No space left on device" },
  ])("knows a full disk by %j: 507", (fault) => {
    expect(errorToStatus(toSemblanceError(Object.assign(new Error(), fault)).code)).toBe(507);
  });

  it("asks for patience where a transaction ran out of time: 503", async () => {
    const slow = db.$transaction((transaction) => transaction.$queryRaw`SELECT pg_sleep(0.2)::text`, {
      timeout: 1,
    });
    const thrown = await slow.catch((error) => error);
    expect(thrown).toMatchObject({ code: "P2028" });
    expect(errorToStatus(toSemblanceError(thrown).code)).toBe(503);
    expect(errorToStatus(toSemblanceError(Object.assign(new Error(), { code: "P2024" })).code)).toBe(503);
  });

  it("sends to a restart where the database lacks what this version has: 503", async () => {
    const error = await db.$queryRaw`SELECT "later" FROM "Study"`.catch(toSemblanceError);
    expect(error).toMatchObject({ code: "unavailable", remedy: expect.stringContaining("npm start") });
    expect(toSemblanceError(Object.assign(new Error(), { code: "P2022" })).code).toBe("unavailable");
  });

  it("keeps the text of anything else out of the message", async () => {
    const thrown = await db.$queryRawUnsafe("SELECT secret FROM nowhere").catch((error) => error);
    const error = toSemblanceError(thrown);
    expect(error.code).toBe("internal");
    expect(`${error.message} ${error.remedy}`).not.toMatch(/secret|nowhere|SELECT/);
    expect(error.cause).toBe(thrown);
    expect(toSemblanceError(null).code).toBe("internal");
  });
});
