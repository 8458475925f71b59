import { describe, expect, it } from "vitest";
import { errorToStatus, SemblanceError, toSemblanceError } from "@/lib/errors";

describe("toSemblanceError", () => {
  it("keeps errors that are meant for the user", () => {
    const error = new SemblanceError("conflict", "Taken.");
    expect(toSemblanceError(error)).toBe(error);
  });

  it.each([
    { code: "ENOSPC" },
    { code: "EDQUOT" },
    { message: "could not extend file: No space left on device" },
  ])("knows a full disk by %j: 507", (fault) => {
    expect(errorToStatus(toSemblanceError(Object.assign(new Error(), fault)).code)).toBe(507);
  });

  it("keeps the text of anything else out of the message", () => {
    const thrown = new Error("the password is secret");
    const error = toSemblanceError(thrown);
    expect(error.code).toBe("internal");
    expect(`${error.message} ${error.remedy}`).not.toContain("secret");
    expect(error.cause).toBe(thrown);
    expect(toSemblanceError(null).code).toBe("internal");
  });
});
