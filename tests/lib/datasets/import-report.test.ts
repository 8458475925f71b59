import { expect, test } from "vitest";
import { countRemarks, type ImportRemark, importReport, shortenReport } from "@/lib/datasets/import-report";

const remarks = (count: number, refused: boolean): ImportRemark[] =>
  Array.from({ length: count }, (_, index) => ({
    file: `${index}.txt`,
    kind: refused ? "no-caption" : "long-caption",
    message: "",
    remedy: "",
    refused,
  }));

test("a report of 1000 remarks is complete", () => {
  const whole = remarks(1000, true);
  expect(shortenReport(whole)).toEqual(whole);
});

test("a longer one says how many more were rejected, and how many more were flagged", () => {
  const long = [...remarks(1001, true), ...remarks(30, false)];
  const report = shortenReport(long);
  expect(report.slice(0, 1000)).toEqual(long.slice(0, 1000));
  expect(report.slice(1000)).toMatchObject([
    {
      kind: "not-listed",
      refused: true,
      count: 1,
      message: expect.stringMatching(/^1 more file was rejected/),
    },
    {
      kind: "not-listed",
      refused: false,
      count: 30,
      message: expect.stringMatching(/^30 more files were flagged/),
    },
  ]);
  expect(countRemarks(report)).toBe(1031);
  // As the database gives it back.
  expect(importReport.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
});
