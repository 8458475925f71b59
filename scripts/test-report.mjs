/** What a test runner's JSON report says: counts, and each failed test with its message. */
import { stripVTControlCharacters } from "node:util";

/** Characters of one failure's message that the summary shows: enough for the assertion and the place. */
const longestMessage = 1_500;

/**
 * @param {string} root folder that file names are given relative to
 * @param {import("vitest/node").JsonTestResults} report of vitest's reporter `json`
 */
export function readVitestReport(report, root) {
  const failures = report.testResults.flatMap(({ name, message, status, assertionResults }) => {
    const file = name.replace(`${root}/`, "");
    const tests = assertionResults.filter((test) => test.status === "failed");
    // A file that cannot be loaded has no tests that could fail.
    if (status === "failed" && tests.length === 0) return [{ name: file, message }];
    return tests.map((test) => ({
      name: `${file} › ${test.fullName}`,
      message: (test.failureMessages ?? []).join("\n"),
    }));
  });
  return {
    passed: report.numPassedTests,
    failed: failures.length,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
    failures,
  };
}

/** @param {import("@playwright/test/reporter").JSONReport} report of Playwright's reporter `json` */
export function readPlaywrightReport({ suites, stats, errors }) {
  const specs = suites.flatMap(specsOf);
  const failures = specs.flatMap(({ file, line, title, tests }) =>
    tests
      .filter(({ status }) => status === "unexpected")
      .map(({ results }) => ({
        name: `tests/browser/${file}:${line} › ${title}`,
        message: results.flatMap((result) => result.errors.map((error) => error.message ?? "")).join("\n"),
      })),
  );
  // Such as a web server that did not start.
  failures.push(
    ...errors.map((error) => ({ name: "before the browser tests", message: error.message ?? "" })),
  );
  return {
    passed: stats.expected + stats.flaky,
    failed: failures.length,
    skipped: stats.skipped,
    failures,
  };
}

function specsOf(suite) {
  return [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specsOf)];
}

/** Lists failures so that the last lines of a long log are enough to know what failed. */
export function describeFailures(failures) {
  return failures
    .map(({ name, message }) => {
      const text = stripVTControlCharacters(message).trim();
      const shown = text.length > longestMessage ? `${text.slice(0, longestMessage)} …` : text;
      return `✗ ${name}\n${shown.replace(/^/gm, "    ")}`;
    })
    .join("\n\n");
}
