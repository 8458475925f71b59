import { describe, expect, it } from "vitest";
import {
  formatBytes,
  formatDecimals,
  formatDuration,
  formatMeasure,
  formatMillions,
  formatPercent,
  plural,
} from "@/components/numbers";
import { toRelativeTime } from "@/components/time";
import { typedNumber } from "@/components/typed-number";

describe("numbers as people read them", () => {
  it("counts bytes in decimal units", () => {
    expect([0, 999, 1540122904, 4e13].map(formatBytes)).toEqual(["0 B", "999 B", "1.54 GB", "40.0 TB"]);
  });

  it("counts parameters in millions", () => {
    expect([640, 12_345, 385_030_726].map(formatMillions)).toEqual(["640", "12.3 k", "385 M"]);
  });

  it("shows durations in their two largest units", () => {
    expect([0.4, 59.6, 4000, 200_000].map(formatDuration)).toEqual([
      "0 s",
      "1 min 0 s",
      "1 h 6 min",
      "2 days 7 h",
    ]);
  });

  it("keeps the digits that distinguish values", () => {
    expect([0.0731234, 222.41, 0.0000123, 0, Number.NaN].map((value) => formatMeasure(value, 3))).toEqual([
      "0.0731",
      "222",
      "1.23e-5",
      "0.00",
      "—",
    ]);
  });

  it("writes negative numbers with a minus sign", () => {
    expect([
      formatMeasure(-0.01038),
      formatMeasure(-1.5e-5, 2),
      formatDecimals(-3.81, 1),
      formatPercent(-0.05),
    ]).toEqual(["−0.01038", "−1.5e-5", "−3.8", "−5%"]);
  });

  it("reads typed numbers, also with a comma, and rejects everything else", () => {
    expect(typedNumber(" 0,5 ")).toBe(0.5);
    expect(typedNumber("1e-4")).toBe(1e-4);
    for (const text of ["", " ", "five", "1.2.3"]) expect(typedNumber(text)).toBeNaN();
  });

  it("says how long ago something was", () => {
    const now = Date.parse("2026-11-23T12:00:00Z");
    expect(toRelativeTime(new Date(now - 20_000), now)).toBe("just now");
    expect(toRelativeTime(new Date(now - 3 * 3600_000), now)).toBe("3 hours ago");
    expect(toRelativeTime(new Date(now - 86_400_000), now)).toBe("yesterday");
  });
});

it("uses the singular for one, and no space before the percent sign", () => {
  expect([0, 1, 3995].map((count) => plural(count, "vote", "votes"))).toEqual([
    "0 votes",
    "1 vote",
    "3,995 votes",
  ]);
  expect([0, 0.8167, 1].map(formatPercent)).toEqual(["0%", "82%", "100%"]);
});
