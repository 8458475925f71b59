/** Unit, database and job tests; browser tests are Playwright's (playwright.config.ts). */
import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";

/**
 * Mathematics and files: functions that keep nothing between two calls and read no setting. Left out are the tests that
 * load a graphics driver, use a database or measure the memory of their process.
 */
const pureTests =
  "tests/lib/{diffusion,engine/graph,engine/onnx,metrics,numerics,questions,statistics,tensor-files,text}/**/!(card-*|fuzz|stored-names).test.ts";

const exclude = [...configDefaults.exclude, "tests/browser/**"];

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL(".", import.meta.url)) } },
  test: {
    pool: "forks",
    // ONNX Runtime already uses both cores; more files at once only thrash them.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    globalSetup: ["tests/database-setup.ts"],
    projects: [
      {
        extends: true,
        // One process for many files: loading the code anew for each takes a fifth of their time.
        test: { name: "pure", include: [pureTests], exclude, isolate: false },
      },
      {
        extends: true,
        test: { name: "whole", include: ["tests/**/*.test.ts"], exclude: [...exclude, pureTests] },
      },
    ],
  },
});
