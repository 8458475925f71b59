/** The file of raw votes: complete, and read back unchanged, whatever the cells contain. */
import { createHash } from "node:crypto";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import type { RecordedVote } from "@/lib/votes/list/list-votes";
import { csvToVotes } from "@/lib/votes/read/read-votes-file";
import { voteLines, votesHeader } from "@/lib/votes/read/votes-file";

const origin = { studyId: "study 1", seed: 7, planHash: "f".repeat(64) };

function vote(fields: Partial<RecordedVote> = {}): RecordedVote {
  return {
    type: "pair",
    winner: "left",
    caption: "a dog, sitting",
    rater: "r-1",
    shown: ["real", "tuned"],
    leaseId: "lease 1",
    criterion: "caption-similarity",
    marks: [],
    latencyMs: 2340,
    viewportPx: "390x844",
    inputKind: "touch",
    leasedAt: new Date("2026-11-24T10:00:00.000Z"),
    answeredAt: new Date("2026-11-24T10:00:04.500Z"),
    revision: 0,
    revisedAt: null,
    imageSha256s: ["a", "b"],
    isExcluded: false,
    exclusionReason: null,
    checks: 2,
    failedChecks: 1,
    repeated: { repeats: 3, agreement: 2 / 3 },
    ...fields,
  } as RecordedVote;
}

const toCsv = (votes: RecordedVote[]) => [votesHeader, ...voteLines(votes, origin, () => "fast")].join("");
const read = (csv: string): Record<string, string>[] => parse(csv, { columns: true });

describe("votes.csv", () => {
  it("has the times of every vote: when it was handed out and answered, and how long it took", () => {
    const revisedAt = new Date("2026-11-24T10:00:09.000Z");
    const [once, revised] = read(toCsv([vote(), vote({ revision: 1, revisedAt })]));
    expect(once).toMatchObject({
      leased_at: "2026-11-24T10:00:00.000Z",
      answered_at: "2026-11-24T10:00:04.500Z",
      latency_ms: "2340",
      revised_at: "",
    });
    expect(revised).toMatchObject({ revision: "1", revised_at: "2026-11-24T10:00:09.000Z" });
  });

  it("is rejected if a row occurs twice", async () => {
    const [head, row] = toCsv([vote()]).trimEnd().split("\n");
    await expect(csvToVotes(`${head}\n${row}\n${row}\n`, "votes.csv")).rejects.toThrow(
      "line 3 (lease lease 1) is a copy of line 2",
    );
  });

  it("has pseudonym, sides, seed, lease, plan hash and information on the rater", () => {
    expect(read(toCsv([vote()]))[0]).toMatchObject({
      rater: "r-1",
      left: "real",
      right: "tuned",
      seed: "7",
      lease_id: "lease 1",
      plan_hash: origin.planHash,
      rater_flags: "fast",
      rater_checks: "2",
      rater_failed_checks: "1",
      rater_repeats: "3",
      rater_repeat_agreement: String(2 / 3),
    });
  });

  it.each(["=1+1", "'=1+1", "''-quoted", "-5 degrees", "@home", "'tis a dog", 'a "dog"\nrunning', "＝wide"])(
    "reads the caption %j back as it was",
    async (caption) => {
      const csv = toCsv([vote({ caption })]);
      expect((await csvToVotes(csv, "votes.csv"))[0]!.caption).toBe(caption);
      // No cell begins as a formula does.
      for (const cell of Object.values(read(csv)[0]!)) expect(cell).not.toMatch(/^[=+\-@\t\r＝＋－＠]/u);
    },
  );

  it("still reads files with fewer or more columns than today's, each sealed over its own", async () => {
    // The seal of a row covers the columns that its file has, so an older file stays whole.
    const [{ row_sha256: _seal, ...row }] = read(toCsv([vote()])) as [Record<string, string>];
    const { rater_repeats: _repeats, rater_repeat_agreement: _agreement, ...older } = row;
    const sealed = { ...older, row_sha256: sha256(JSON.stringify(Object.values(older))) };
    const line = (cells: string[]) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",");
    const csv = `${line(Object.keys(sealed))}\n${line(Object.values(sealed))}\n`;
    expect(await csvToVotes(csv, "votes.csv")).toHaveLength(1);
    await expect(
      csvToVotes(csv.replace('"left","caption-similarity"', '"right","caption-similarity"'), "votes.csv"),
    ).rejects.toThrow(/line 2 \(lease lease 1\) was changed/);
  });

  it("that is not CSV at all is rejected with an error that names it", async () => {
    await expect(csvToVotes('caption,rater\n"a,b\n', "votes.csv")).rejects.toThrow(
      /votes.csv is not valid CSV/,
    );
  });
});

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
