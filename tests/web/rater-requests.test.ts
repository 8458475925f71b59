import { describe, expect, test } from "vitest";
import { findRaterRequest } from "@/web/rater-requests";

describe("findRaterRequest", () => {
  test("returns the parameters of an address", () => {
    const found = findRaterRequest("/api/rate/study-1/image/abc");
    expect(found?.raterRequest.method).toBe("GET");
    expect(found?.names).toEqual({ studyId: "study-1", token: "abc" });
    expect(findRaterRequest("/api/rate/study-1/answer")?.raterRequest.method).toBe("POST");
  });

  test.each([
    "/api/rate/study-1",
    "/api/rate/study-1/answer/more",
    "/api/rate//answer",
    "/rate/study-1",
    "/",
    "",
  ])("leaves %s to the pages", (path) => {
    expect(findRaterRequest(path)).toBeNull();
  });
});
