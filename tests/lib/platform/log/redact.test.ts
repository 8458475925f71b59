import { describe, expect, it } from "vitest";
import { redact } from "@/lib/platform/log/redact";

describe("redaction", () => {
  it.each([
    ['{"path":"/sign-in/2hXjrsh9QxZH1qUQmSQb88kK"}', "2hXjrsh9QxZH1qUQmSQb88kK"],
    ["GET /join/Qm4xTz81Lk_a-9 failed", "Qm4xTz81Lk_a-9"],
    ["GET /join/Qm4xTz81Lk_a-9/begin?PROLIFIC_PID=1", "Qm4xTz81Lk_a-9"],
    ["see http://localhost:3000/sign-in/abcdefghijkl?next=%2Fadmin", "abcdefghijkl"],
    ["/preview/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"],
    ["/x?a=1&token=t0p-secret&b=2", "t0p-secret"],
    ["connect postgresql://semblance:hunter2hunter@127.0.0.1:5432/x", "hunter2hunter"],
    ["cookie: semblance.session=eyJhbGciOi.abc; theme=dark", "eyJhbGciOi.abc"],
    ["__Host-semblance-rater-1=Zm9v; a=b", "Zm9v"],
    ["Authorization: Bearer abc.def-ghi", "abc.def-ghi"],
    [JSON.stringify({ password: 'a "quoted" secret' }), "quoted"],
    [JSON.stringify({ given: { csrfToken: "c5rf", cookie: "k=v" } }), "c5rf"],
  ])("takes the secret out of %s", (line, secret) => {
    expect(redact(line)).not.toContain(secret);
    expect(redact(line)).toContain("[redacted]");
  });

  it("leaves valid lines of JSON, and everything that is not secret", () => {
    const line = JSON.stringify({ msg: "a", password: "x\\", path: "/sign-in/abcdefgh", status: 401 });
    expect(JSON.parse(redact(line))).toEqual({
      msg: "a",
      password: "[redacted]",
      path: "/sign-in/[redacted]",
      status: 401,
    });
    for (const kept of ["/sign-in", "/admin/studies/019328d0", "/join/a", "The token is missing."]) {
      expect(redact(kept)).toBe(kept);
    }
  });
});
