import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { SemblanceError } from "@/lib/errors";
import { parseVotesCsv, readVotesCsv } from "@/lib/ratings/votes-csv";

const header = "caption,rater,left,right,winner\n";
const parse = (...chunks: string[]) => parseVotesCsv(chunks, "votes.csv");
const refusal = async (text: string) => (await parse(text).catch((error) => error)) as SemblanceError;

describe("votes from CSV", () => {
  test("are read with any order of columns, extra columns, quotes, a byte order mark and Windows line ends", async () => {
    const table = await parse(
      "\uFEFFwinner,latency,Right,left,rater,caption\r\n",
      'right,900,real,original,r1,"a dog, ""sitting""\non grass"\r\n',
      " tie ,800,original,real,r2,a cat\r\n",
    );
    expect(table.captions).toEqual(['a dog, "sitting"\non grass', "a cat"]);
    expect(table.arms).toEqual(["original", "real"]);
    expect([...table.left]).toEqual([0, 1]);
    expect([...table.outcome]).toEqual([1, 2]);
  });

  test("may arrive in pieces cut anywhere", async () => {
    const text = `${header}dög,r1,a,b,left\ncat,r2,b,a,both_bad\n`;
    const bytes = Buffer.from(text);
    const pieces = Array.from({ length: bytes.length }, (_, i) => bytes.subarray(i, i + 1));
    const table = await parseVotesCsv(pieces, "votes.csv");
    expect(table.captions).toEqual(["dög", "cat"]);
    expect([...table.outcome]).toEqual([0, 3]);
  });

  test("name every bad row by the line on which it begins", async () => {
    const error = await refusal(
      `${header}a,r1,x,y,left\n"b\nb",r1,x,x,left\n\nc,r1,x,y,up\nd,r1,x\n,r1,x,y,tie\ne,r1,x,y,tie\n`,
    );
    expect(error.code).toBe("invalid_file");
    expect(error.message).toBe("votes.csv has 4 bad of 6 rows.");
    expect(error.details).toEqual({
      badRowCount: 4,
      badRows: [
        { line: 3, reason: 'left and right are both "x"' },
        { line: 6, reason: 'unknown winner "up" (use left, right, tie, both_bad)' },
        { line: 7, reason: "right, winner are empty" },
        { line: 8, reason: "caption is empty" },
      ],
    });
  });

  test("list the first twenty bad rows and count the others", async () => {
    const error = await refusal(header + "a,r1,x,x,left\n".repeat(50));
    expect(error.details!.badRowCount).toBe(50);
    expect((error.details!.badRows as { line: number }[]).map(({ line }) => line)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 2),
    );
  });

  test.each([
    ["", /votes.csv is empty/],
    ["\n\n", /votes.csv is empty/],
    [header, /has a header but no votes/],
    [
      "caption;rater;left;right;winner\n",
      /Line 1 of votes.csv lacks the columns caption, rater, left, right, winner/,
    ],
    ["caption,rater,left,right\na,b,c,d\n", /lacks the column winner/],
    ["caption,rater,left,right,winner,Winner\na,b,c,d,left,right\n", /names the column winner twice/],
    [`${header}a,r1,x,y,left\nb,"r1,x,y,left\n`, /not valid CSV on line 3/],
  ])("%j is refused as a whole", async (text, message) => {
    expect((await refusal(text)).message).toMatch(message);
  });

  test("in another encoding are named by line, not read as names that may coincide", async () => {
    const text = `${header}café,r1,x,y,left\ncafè,r1,x,y,left\ntea,r1,x,y,left\n`;
    const error = await parseVotesCsv([Buffer.from(text, "latin1")], "votes.csv").catch((thrown) => thrown);
    expect(error.details.badRows).toEqual([
      { line: 2, reason: "caption holds characters that are not UTF-8" },
      { line: 3, reason: "caption holds characters that are not UTF-8" },
    ]);
  });

  test("in a file are refused with the same words, however the reading of the file breaks off", async () => {
    const folder = mkdtempSync(join(tmpdir(), "semblance-votes-"));
    const path = join(folder, "votes.csv");
    for (const rows of [1, 50_000]) {
      writeFileSync(path, `caption,rater,left,right\n${"a,r1,x,y\n".repeat(rows)}`);
      await expect(readVotesCsv(path)).rejects.toMatchObject({
        code: "invalid_file",
        message: "Line 1 of votes.csv lacks the column winner.",
      });
    }
    rmSync(folder, { recursive: true });
  });

  test("a missing file and a folder are named", async () => {
    await expect(readVotesCsv("/nowhere/votes.csv")).rejects.toMatchObject({
      code: "not_found",
      message: "There is no file /nowhere/votes.csv.",
    });
    await expect(readVotesCsv("/")).rejects.toMatchObject({ code: "invalid_file" });
  });
});
