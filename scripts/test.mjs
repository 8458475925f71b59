/**
 * `npm test`: installs what is missing, checks everything, runs all tests but the long ones, and ends with one plain count.
 * `npm run test:all` runs the long tests too, as continuous integration does.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { needsInstall } from "./needs-install.mjs";
import { nodeProblem } from "./node-version.mjs";
import { describeFailures, readPlaywrightReport, readVitestReport } from "./test-report.mjs";

const { all: runsLong } = parseArgs({ options: { all: { type: "boolean", default: false } } }).values;
const root = fileURLToPath(new URL("..", import.meta.url));
const reports = mkdtempSync(join(tmpdir(), "semblance-test-"));
const counts = { passed: 0, failed: 0, skipped: 0 };
const failures = [];

/** Runs one stage; a stage without a report of its own counts as one test. */
function stage(name, command, args, environment = {}) {
  console.log(`\n=== ${name}`);
  const startedAt = Date.now();
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...environment },
  });
  console.log(
    `=== ${name}: ${status === 0 ? "ok" : "FAILED"} after ${Math.round((Date.now() - startedAt) / 1000)} s`,
  );
  return status === 0;
}

function countStage(name, command, args) {
  if (stage(name, command, args)) {
    counts.passed++;
    return;
  }
  counts.failed++;
  failures.push({ name, message: "See its output above." });
}

/** Adds a test runner's report to the counts; a run that died before its report counts as a failure. */
function addReport(name, path, ok, read) {
  let report = { passed: 0, failed: 0, skipped: 0, failures: [] };
  try {
    report = read(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    report.failures.push({ name, message: `There is no report of it: ${error.message}` });
  }
  if (!ok && report.failures.length === 0)
    report.failures.push({ name, message: "It ended with an error, though no test failed. See its output." });
  counts.passed += report.passed;
  counts.failed += report.failures.length;
  counts.skipped += report.skipped;
  failures.push(...report.failures);
}

const tooOld = nodeProblem(process.versions.node);
if (tooOld) {
  console.error(`${tooOld.message}\n${tooOld.remedy}`);
  process.exit(1);
}
if (needsInstall(root) && !stage("install", "npm", ["ci", "--no-audit", "--no-fund"])) {
  console.error("npm ci failed: is the package registry reachable?");
  process.exit(1);
}
if (!stage("database client", "npx", ["prisma", "generate"])) process.exit(1);

countStage("lint", "npm", ["run", "--silent", "lint"]);
countStage("types", "npm", ["run", "--silent", "typecheck"]);

const unitReport = join(reports, "unit.json");
const unitOk = stage("unit, database and job tests", "npx", [
  "vitest",
  "run",
  ...(runsLong ? [] : ["--project=!long"]),
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${unitReport}`,
]);
addReport("unit tests", unitReport, unitOk, (report) => readVitestReport(report, root.replace(/\/$/, "")));

const browserReport = join(reports, "browser.json");
const browserOk = stage(
  "browser tests",
  "npx",
  ["playwright", "test", "--reporter=list,json", ...(runsLong ? [] : ["--grep-invert=\\.long\\.spec\\.ts"])],
  { PLAYWRIGHT_JSON_OUTPUT_NAME: browserReport, SEMBLANCE_TEST_SERVERS: "2" },
);
addReport("browser tests", browserReport, browserOk, readPlaywrightReport);

rmSync(reports, { recursive: true, force: true });
if (failures.length > 0) console.log(`\n${describeFailures(failures)}`);
if (!runsLong) console.log("\nThe long tests were left out: npm run test:all runs them too.");
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed === 0 ? 0 : 1);
