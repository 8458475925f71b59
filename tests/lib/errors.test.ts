import { describe, expect, it, vi } from "vitest";
import { errorToStatus, SemblanceError, toSemblanceError } from "@/lib/errors";

describe("toSemblanceError", () => {
  it("keeps errors that are meant for the user", () => {
    const error = new SemblanceError("conflict", "Taken.");
    expect(toSemblanceError(error)).toBe(error);
  });

  it("recognises an error from another copy of its module, such as the web server's and Next's", async () => {
    vi.resetModules();
    const other = await import("@/lib/errors");
    const error = new other.SemblanceError("too_many_requests", "Wait.");
    expect(other.SemblanceError).not.toBe(SemblanceError);
    expect(toSemblanceError(error)).toBe(error);
    expect(new Error("nothing of ours")).not.toBeInstanceOf(SemblanceError);
  });

  it.each([
    { code: "ENOSPC" },
    { code: "EDQUOT" },
    { message: "could not extend file: No space left on device" },
  ])("knows a full disk by %j: 507", (fault) => {
    expect(errorToStatus(toSemblanceError(Object.assign(new Error(), fault)).code)).toBe(507);
  });

  it("does not include the text of other errors in the message", () => {
    const thrown = new Error("the password is secret");
    const error = toSemblanceError(thrown);
    expect(error.code).toBe("internal");
    expect(`${error.message} ${error.remedy}`).not.toContain("secret");
    expect(error.cause).toBe(thrown);
    expect(toSemblanceError(null).code).toBe("internal");
  });
});
