import { describe, expect, test } from "vitest";
import { findScreenRequest } from "@/web/screen-requests";

describe("findScreenRequest", () => {
  test("returns the parameters of an address", () => {
    const found = findScreenRequest("/api/rate/study-1/image/abc");
    expect(found?.screenRequest.method).toBe("GET");
    expect(found?.names).toEqual({ studyId: "study-1", deskId: "", token: "abc" });
    expect(findScreenRequest("/api/caption/desk-1/image/abc")?.names).toEqual({
      studyId: "",
      deskId: "desk-1",
      token: "abc",
    });
    expect(findScreenRequest("/api/rate/study-1/answer")?.screenRequest.method).toBe("POST");
  });

  test.each([
    "/api/rate/study-1",
    "/api/rate/study-1/answer/more",
    "/api/rate//answer",
    "/api/caption/desk-1",
    "/api/rate/study-1/save",
    "/rate/study-1",
    "/",
    "",
  ])("leaves %s to the pages", (path) => {
    expect(findScreenRequest(path)).toBeNull();
  });
});
