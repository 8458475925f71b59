import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { rawParameters, readOutsideIds } from "@/lib/rating/join/outside-ids";
import { sharedPath } from "@/tests/shared";

const read = (query: string) => readOutsideIds(new URLSearchParams(query));

describe("readOutsideIds", () => {
  it.each([
    [
      "PROLIFIC_PID=d1&STUDY_ID=s1&SESSION_ID=v1",
      { externalId: "d1", externalStudyId: "s1", externalSessionId: "v1" },
    ],
    [
      "workerId=W1&assignmentId=A1&hitId=H1",
      { externalId: "W1", externalStudyId: "H1", externalSessionId: "A1" },
    ],
    [
      "participantId=P1&assignmentId=A1&projectId=J1",
      { externalId: "P1", externalStudyId: "J1", externalSessionId: "A1" },
    ],
    ["id=1234", { externalId: "1234" }],
    ["survey_code=1234", { externalId: "1234" }],
    ["participant_id=1234", { externalId: "1234" }],
    ["prolific_pid=d1", { externalId: "d1" }],
    ["PROLIFIC_PID=d1&PROLIFIC_PID=d1", { externalId: "d1" }],
    ["PROLIFIC_PID=d1&PROLIFIC_PID=%20d1", { externalId: "d1" }],
    ["PROLIFIC_PID=ab%20", { externalId: "ab" }],
    [`PROLIFIC_PID=${"a".repeat(255)}`, { externalId: "a".repeat(255) }],
    ["PROLIFIC_PID[]=d1", { externalId: "d1" }],
    ["%20PROLIFIC_PID%20=d1&STUDY_ID%5B0%5D=s1", { externalId: "d1", externalStudyId: "s1" }],
    [
      "PROLIFIC_PID=d1&amp;STUDY_ID=s1&amp;amp;SESSION_ID=v1",
      { externalId: "d1", externalStudyId: "s1", externalSessionId: "v1" },
    ],
    ["PROLIFIC_PID=ada%40example.org", { externalId: "ada@example.org" }],
    ["", {}],
    ["utm_source=mail", {}],
  ])("keeps the ids of ?%s", (query, ids) => {
    expect(read(query)).toMatchObject({ ids, problem: null });
    // As the invitation's form carries them on.
    expect(readOutsideIds(Object.entries(read(query).parameters)).ids).toEqual(ids);
  });

  it.each([
    ["PROLIFIC_PID=d1&PROLIFIC_PID=d2", "several", "PROLIFIC_PID"],
    [`PROLIFIC_PID=${"a".repeat(256)}`, "too-long", "PROLIFIC_PID"],
    ["PROLIFIC_PID=", "empty", "PROLIFIC_PID"],
    ["PROLIFIC_PID={{%25PROLIFIC_PID%25}}", "unreadable", "PROLIFIC_PID"],
    ["id=%25SURVEY_CODE%25", "unreadable", "id"],
    ["workerId=%24%7BworkerId%7D", "unreadable", "workerId"],
    ["workerId=a%20b", "unreadable", "workerId"],
    ["workerId=a%FF", "unreadable", "workerId"],
    ["PROLIFIC_PID[0]=a&PROLIFIC_PID[1]=b", "several", "PROLIFIC_PID"],
    ["assignmentId=ASSIGNMENT_ID_NOT_AVAILABLE&hitId=H1", "preview", "assignmentId"],
    ["workerId=W1&assignmentId=ASSIGNMENT_ID_NOT_AVAILABLE", "preview", "assignmentId"],
  ])("says what is wrong with ?%s", (query, kind, parameter) => {
    expect(read(query).problem).toEqual({ kind, parameter });
  });

  it("keeps valid ids next to an invalid one", () => {
    expect(read("PROLIFIC_PID=&STUDY_ID=s1")).toMatchObject({
      ids: { externalStudyId: "s1" },
      parameters: { STUDY_ID: "s1" },
      problem: { kind: "empty" },
    });
  });

  const cases = sharedPath("cases/votes/prolific-parameters.txt");
  test.skipIf(cases === null)("drops no id of the shared cases without a word", () => {
    const queries = readFileSync(cases!, "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => line.replace("(101 characters)", "a".repeat(101)).replace(/^\?/, ""));
    expect(queries.length).toBeGreaterThan(0);
    for (const query of queries) {
      const { ids, problem } = read(query);
      expect([query, ids.externalId !== undefined || problem !== null]).toEqual([query, true]);
    }
  });
});

describe("rawParameters", () => {
  it("has everything that came under a service's name, as it came", () => {
    const query = new URLSearchParams("PROLIFIC_PID=a&PROLIFIC_PID=b&consent=yes&STUDY_ID=%20s");
    expect(rawParameters(query)).toEqual([
      ["PROLIFIC_PID", "a"],
      ["PROLIFIC_PID", "b"],
      ["STUDY_ID", " s"],
    ]);
  });
});
