import { parse } from "csv-parse/sync";
import { parquetReadObjects } from "hyparquet";
import { describe, expect, test } from "vitest";
import { computeLeaderboard } from "@/lib/statistics/leaderboard";
import type { Vote } from "@/lib/statistics/vote";
import {
  leaderboardColumns,
  leaderboardToCsv,
  leaderboardToJson,
  leaderboardToParquet,
  publishLeaderboard,
} from "@/lib/votes/files/leaderboard-csv";

const formula = '=HYPERLINK("http://evil.example","real")';
const votes: Vote[] = ["r1", "r2", "r3", "r4", "r5"].flatMap((rater, i) => [
  { caption: "c1", rater, left: "original", right: formula, winner: i < 4 ? "right" : "left" },
  { caption: "c2", rater, left: formula, right: "original", winner: i < 3 ? "tie" : "both_bad" },
]);
const rows = publishLeaderboard(
  computeLeaderboard(votes, { replicates: 50, arms: ["original", formula, "unseen"] }),
  {
    studyId: "s1",
    criterion: "caption-similarity",
    checkpointSha256ByArm: { original: "ab".repeat(32), [formula]: null },
    isDemo: true,
  },
);

describe("the published leaderboard", () => {
  test("has the field's common column names and ours", () => {
    expect(leaderboardColumns).toEqual(
      expect.arrayContaining([
        ..."rating rating_q025 rating_q975 variance num_battles final_ranking criterion rank_ub rank_lb".split(
          " ",
        ),
        ..."wins losses ties both_bad n_raters n_captions krippendorff_alpha side_bias".split(" "),
        ..."checkpoint_sha256 study_id schema_version".split(" "),
      ]),
    );
  });

  test("CSV reads back as the same numbers, missing values as empty cells", () => {
    const read = parse(leaderboardToCsv(rows), { columns: true }) as Record<string, string>[];
    expect(read).toHaveLength(3);
    const original = read.find((row) => row.arm === "original")!;
    const written = rows.find((row) => row.arm === "original")!;
    for (const column of ["rating", "rating_q025", "variance", "side_bias", "wins"] as const) {
      expect(Number(original[column])).toBe(written[column]);
    }
    expect(original.checkpoint_sha256).toBe("ab".repeat(32));
    expect(original.is_demo).toBe("true");
    expect(read.find((row) => row.arm === "unseen")).toMatchObject({
      rating: "",
      final_ranking: "",
      num_battles: "0",
    });
  });

  test("CSV escapes names that a spreadsheet would execute, and keeps negative numbers", () => {
    const read = parse(leaderboardToCsv(rows), { columns: true }) as Record<string, string>[];
    expect(read.map((row) => row.arm)).toContain(`'${formula}`);
    const negative = leaderboardToCsv([{ ...rows[0]!, side_bias: -0.25 }]);
    expect(negative).toContain(",-0.25,");
    expect(negative).not.toContain("'-0.25");
  });

  test("JSON has every column in every row, missing values as null", () => {
    const read = JSON.parse(leaderboardToJson(rows)) as Record<string, unknown>[];
    for (const row of read) expect(Object.keys(row)).toEqual(leaderboardColumns);
    expect(read.find((row) => row.arm === "unseen")).toMatchObject({ rating: null, checkpoint_sha256: null });
    expect(read).toEqual(rows.map((row) => expect.objectContaining({ arm: row.arm, rating: row.rating })));
  });

  test("Parquet reads back as the same rows", async () => {
    const bytes = leaderboardToParquet(rows);
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    const read = await parquetReadObjects({ file });
    expect(read.map(({ arm, rating, wins, study_id }) => ({ arm, rating, wins, study_id }))).toEqual(
      rows.map(({ arm, rating, wins, study_id }) => ({ arm, rating, wins, study_id })),
    );
  });
});
