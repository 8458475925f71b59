import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { JSONReport } from "@playwright/test/reporter";
import { expect, test } from "vitest";
import { describeFailures, readPlaywrightReport, readVitestReport } from "@/scripts/test-report.mjs";

const vitest = fileURLToPath(new URL("../../node_modules/vitest/vitest.mjs", import.meta.url));

test("vitest's report names each failed test and each file that cannot be loaded", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "semblance-report-")));
  writeFileSync(
    join(folder, "sums.test.ts"),
    `describe("sums", () => {
      test("right", () => expect(1 + 1).toBe(2));
      test("wrong", () => expect(1 + 1).toBe(3));
      test.skip("later", () => {});
    });`,
  );
  writeFileSync(join(folder, "broken.test.ts"), `throw new Error("no such model");`);
  const output = join(folder, "report.json");
  spawnSync(process.execPath, [
    vitest,
    "run",
    `--root=${folder}`,
    "--globals",
    "--reporter=json",
    `--outputFile=${output}`,
  ]);
  const report = readVitestReport(JSON.parse(readFileSync(output, "utf8")), folder);
  rmSync(folder, { recursive: true });
  expect(report).toMatchObject({ passed: 1, failed: 2, skipped: 1 });
  expect(report.failures).toContainEqual({
    name: "sums.test.ts › sums wrong",
    message: expect.stringContaining("expected 2 to be 3"),
  });
  expect(report.failures).toContainEqual({
    name: "broken.test.ts",
    message: expect.stringContaining("no such model"),
  });
});

test("Playwright's report names each failed test of any depth, and a server that did not start", () => {
  const failed = {
    status: "unexpected",
    results: [{ errors: [{ message: "not visible" }] }, { errors: [] }],
  };
  const spec = (title: string, each: object) => ({ file: "rate.spec.ts", line: 7, title, tests: [each] });
  const report = {
    suites: [
      {
        specs: [spec("passes", { status: "expected", results: [] })],
        suites: [{ specs: [spec("a rater votes", failed)] }],
      },
    ],
    stats: { expected: 1, flaky: 2, unexpected: 1, skipped: 4 },
    errors: [{ message: "web server exited early" }],
  } as unknown as JSONReport;
  expect(readPlaywrightReport(report)).toEqual({
    passed: 3,
    failed: 2,
    skipped: 4,
    failures: [
      { name: "tests/browser/rate.spec.ts:7 › a rater votes", message: "not visible" },
      { name: "before the browser tests", message: "web server exited early" },
    ],
  });
});

test("messages are short, plain text", () => {
  const message = `\u001b[31mexpected\u001b[39m 2\n${"x".repeat(5_000)}`;
  const text = describeFailures([
    { name: "a", message },
    { name: "b", message: "second" },
  ]);
  expect(text).toMatch(/^✗ a\n {4}expected 2\n {4}x+ …\n\n✗ b\n {4}second$/);
  expect(text.length).toBeLessThan(1_700);
});
