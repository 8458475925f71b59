import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findViolations } from "@/scripts/check-imports.mjs";

function violationsOf(files: Record<string, string>): string[] {
  const root = mkdtempSync(join(tmpdir(), "semblance-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return findViolations(root);
}

test("the project itself keeps to the rules", () => {
  expect(findViolations(process.cwd())).toEqual([]);
});

test.each([
  ["pages keep away from the engine", "app/page.tsx", `import { Graph } from "@/lib/engine/graph";`],
  ["components keep away from metrics", "components/a.tsx", `import { x } from "../lib/metrics/score";`],
  [
    "the engine knows nothing of the models",
    "lib/engine/a.ts",
    `import { x } from "../diffusion/model/unet";`,
  ],
  ["the engine knows no database", "lib/engine/a.ts", `import { db } from "@/lib/db";`],
  ["models know no environment", "lib/diffusion/a.ts", `import { env } from "@/lib/env";`],
  ["statistics stay pure", "lib/ratings/statistics/a.ts", `import { db } from "@/lib/db";`],
  ["use cases do not run models", "lib/samples/a.ts", `import { x } from "@/lib/diffusion/sample-picture";`],
  ["the platform does without the demo's world", "lib/demo/a.ts", `import { x } from "@/demo/world/dog";`],
  ["loading later is importing, too", "app/page.tsx", `const x = await import("@/lib/metrics/score");`],
  ["handing on is importing, too", "lib/engine/a.ts", `export { x } from "@/lib/metrics/score";`],
  ["types are imports, too", "components/a.tsx", `import type { Graph } from "@/lib/engine/graph";`],
  ["one file alone meets ONNX Runtime", "lib/engine/a.ts", `import * as ort from "onnxruntime-node";`],
  ["one file alone reads the environment", "lib/db.ts", `const url = process.env.DATABASE_URL;`],
])("%s", (_rule, path, line) => {
  expect(violationsOf({ [path]: `/** x */\n\n${line}\n` })).toEqual([expect.stringMatching(`^${path}:3: `)]);
});

test.each([
  ["app/page.tsx", `import { x } from "@/lib/samples/a";`],
  ["lib/samples/a.ts", `import { db } from "@/lib/db";`],
  ["lib/diffusion/a.ts", `import { Graph } from "@/lib/engine/graph";`],
  ["workers/a.ts", `import { Graph } from "@/lib/engine/graph";`],
  ["lib/engine/session.ts", `import * as ort from "onnxruntime-node";`],
  ["lib/env.ts", `const { PORT } = process.env;`],
])("%s may say %s", (path, line) => {
  expect(violationsOf({ [path]: `${line}\n` })).toEqual([]);
});
