/** Unit, database and job tests; browser tests are Playwright's (playwright.config.ts). */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";

/** They take more than about ten seconds: `npm run test:all` runs them, `npm test` does not (decision 55). */
const longTests = "tests/**/*.long.test.ts";

/**
 * Mathematics and files: functions that keep nothing between two calls and read no setting. Left out are the tests that
 * load a graphics driver, use a database or measure the memory of their process.
 */
const pureTests =
  "tests/lib/{diffusion,engine/graph,engine/onnx,metrics,numerics,questions,statistics,tensor-files,text}/**/!(card-*|fuzz|stored-names).test.ts";

/** They start, end or measure processes, load a graphics driver, or replace modules, which outlasts a file. */
const lonelyTests = [
  "tests/{scripts,workers}/**/*.test.ts",
  "tests/cli/{evaluate,train}.test.ts",
  "tests/lib/platform/{computing,database,engine-process,image-process,jobs,log,server}/**/*.test.ts",
  "tests/lib/engine/{ops,runtime,webgpu}/**/*.test.ts",
  "tests/lib/engine/*.test.ts",
  "tests/**/{card-*,fuzz}.test.ts",
  ...readdirSync("tests", { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".test.ts"))
    .map((path) => join("tests", path))
    .filter((path) => /\bvi\.(mock|doMock)\(/.test(readFileSync(path, "utf8"))),
];

const oneThread = fileURLToPath(new URL("tests/one-thread.cjs", import.meta.url));

const excludeAlways = [...configDefaults.exclude, "tests/browser/**"];
const exclude = [...excludeAlways, longTests];

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL(".", import.meta.url)) } },
  test: {
    pool: "forks",
    maxWorkers: 2,
    execArgv: ["--require", oneThread],
    env: {
      NODE_OPTIONS: `--require "${oneThread}"`,
      // Otherwise each command and worker of a test would try out graphics cards in processes of their own.
      SEMBLANCE_PROVIDER: "cpu",
    },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    globalSetup: ["tests/database-setup.ts"],
    // Loading packages anew for each file takes more time than most files' tests: one process for many files.
    projects: [
      {
        extends: true,
        test: { name: "pure", include: [pureTests], exclude, isolate: false },
      },
      {
        extends: true,
        test: {
          name: "shared",
          include: ["tests/**/*.test.ts"],
          exclude: [...exclude, pureTests, ...lonelyTests],
          isolate: false,
          setupFiles: ["tests/fresh-modules.ts"],
        },
      },
      {
        extends: true,
        test: { name: "alone", include: lonelyTests, exclude: [...exclude, pureTests] },
      },
      {
        extends: true,
        test: { name: "long", include: [longTests], exclude: excludeAlways },
      },
    ],
  },
});
