import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

const root = process.cwd();
const cruiser = join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
const folders = ["lib", "components", "app", "pages", "web", "workers", "jobs", "cli", "demo", "proxy.ts"];

type Report = {
  summary: {
    totalCruised: number;
    violations: { from: string; to: string; rule: { name: string; severity: string } }[];
  };
};

async function cruise(cwd: string, files: readonly string[]): Promise<Report["summary"]> {
  const args = [
    cruiser,
    "--config",
    join(root, ".dependency-cruiser.mjs"),
    "--output-type",
    "json",
    ...files,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, maxBuffer: 2 ** 28 });
  return (JSON.parse(stdout) as Report).summary;
}

/** Everything that is imported below, so that an import fails for its direction alone. */
const targets = {
  "lib/errors.ts": "export const x = 1;",
  "lib/env.ts": "export const x = 1;",
  "lib/platform/database/db.ts": "export const x = 1;",
  "lib/engine/graph/graph.ts": "export type Graph = number; export const x = 1;",
  "lib/engine/runtime/onnx-session.ts": `import * as ort from "onnxruntime-node"; export const x = ort;`,
  "lib/diffusion/model/unet.ts": `import { x as graph } from "@/lib/engine/graph/graph"; export const x = graph;`,
  "lib/diffusion/model/tokenizer.ts": `import { x as y } from "@/lib/engine/runtime/onnx-session"; export const x = y;`,
  "lib/metrics/score.ts": "export const x = 1;",
  "lib/images/decode-image.ts": `import sharp from "sharp"; export const x = sharp;`,
  "lib/studies/thumbnail.ts": `import { x as y } from "@/lib/images/decode-image"; export const x = y;`,
  "lib/verification/verification.ts": `import { x as unet } from "../diffusion/model/unet"; export const x = unet;`,
  "lib/samples/list.ts": `import { x as db } from "@/lib/platform/database/db"; export const x = db;`,
  "lib/questions/pair/rules.ts": "export const x = 1;",
  "workers/worker.ts": `import { x as score } from "@/lib/metrics/score"; export const x = score;`,
  "jobs/sample/engine.ts": `import { x as score } from "@/lib/metrics/score"; export const x = score;`,
  "jobs/sample/handler.ts": "export const x = 1;",
  "demo/world/dog.ts": "export const x = 1;",
  "lib/datasets/left.ts": `import type { Right } from "./right"; export type Left = Right;`,
  "lib/datasets/right.ts": `import type { Left } from "./left"; export type Right = Left;`,
  "lib/votes/list/votes.ts": `import type { Study } from "@/lib/studies/plan/study"; export type Vote = Study;`,
  "lib/votes/list/filter.ts": "export type Filter = number;",
  "lib/studies/plan/study.ts": "export type Study = number;",
  "lib/studies/plan/planned.ts": `import type { Filter } from "@/lib/votes/list/filter"; export type Planned = Filter;`,
};

const refused = [
  ["web-loads-no-models", "app/engine.tsx", `import { x } from "@/lib/engine/graph/graph";`],
  ["web-loads-no-models", "pages/rate.tsx", `import { x } from "@/lib/metrics/score";`],
  ["web-loads-no-models", "components/metrics.tsx", `import { x } from "../lib/metrics/score";`],
  ["web-loads-no-models", "app/later.tsx", `const x = await import("@/lib/metrics/score");`],
  ["web-loads-no-models", "components/types.tsx", `import type { Graph } from "@/lib/engine/graph/graph";`],
  ["web-loads-no-models", "proxy.ts", `import { x } from "@/lib/metrics/score";`],
  ["web-never-reaches-onnx-runtime", "app/far.tsx", `import { x } from "@/lib/diffusion/model/tokenizer";`],
  ["web-never-decodes-images", "app/thumbnail.tsx", `import { x } from "@/lib/studies/thumbnail";`],
  ["web-never-decodes-images", "pages/thumbnail.tsx", `const x = import("@/lib/images/decode-image");`],
  ["web-never-decodes-images", "web/thumbnail.ts", `import { x } from "@/lib/images/decode-image";`],
  ["web-knows-no-workers", "web/server.ts", `import { x } from "@/workers/worker";`],
  ["web-knows-no-workers", "app/handler.tsx", `import { x } from "@/jobs/sample/handler";`],
  ["kinds-of-jobs-are-light", "jobs/registry.ts", `import { x } from "./sample/handler";`],
  ["question-types-are-light", "lib/questions/pair/index.ts", `import { x } from "./rules";`],
  ["question-types-are-light", "lib/questions/pair/screen.ts", `import { z } from "zod";`],
  ["jobs-below-pages", "jobs/page.ts", `import { x } from "@/workers/worker";`],
  ["use-cases-below-pages", "lib/samples/c.ts", `import { x } from "@/jobs/sample/handler";`],
  ["engine-direction", "lib/engine/a.ts", `import { x } from "../diffusion/model/unet";`],
  ["engine-direction", "lib/engine/b.ts", `import { x } from "@/lib/platform/database/db";`],
  ["engine-direction", "lib/engine/c.ts", `export { x } from "@/lib/metrics/score";`],
  ["diffusion-direction", "lib/diffusion/a.ts", `import { x } from "@/lib/env";`],
  ["statistics-direction", "lib/statistics/a.ts", `import { x } from "@/lib/platform/database/db";`],
  ["verification-direction", "lib/verification/a.ts", `import { x } from "@/lib/platform/database/db";`],
  ["web-loads-no-models", "app/verify.tsx", `import { x } from "@/lib/verification/verification";`],
  ["platform-direction", "lib/platform/a.ts", `import { x } from "@/lib/samples/list";`],
  ["use-cases-run-no-models", "lib/samples/a.ts", `import { x } from "@/lib/diffusion/model/unet";`],
  ["nothing-knows-the-demo", "lib/dashboard/a.ts", `import { x } from "@/demo/world/dog";`],
  ["few-import-next-link-js", "app/link.tsx", `import Link from "next/link";`],
  ["few-import-onnxruntime-node-common", "lib/engine/d.ts", `import * as ort from "onnxruntime-node";`],
  ["few-import-sharp", "lib/images/a.ts", `import sharp from "sharp";`],
  ["errors-know-nothing", "lib/errors.ts", `import { x as y } from "@/lib/env"; export const x = y;`],
  ["no-unknown-import", "cli/a.ts", `import { x } from "./nowhere";`],
] as const;

const accepted = [
  ["app/page.tsx", `import { x } from "@/lib/samples/list";`],
  ["jobs/sample/task.ts", `export type Engine = typeof import("./engine");`],
  ["lib/diffusion/b.ts", `import { x } from "@/lib/engine/graph/graph";`],
  ["lib/verification/b.ts", `import { x } from "@/lib/metrics/score";`],
  ["workers/a.ts", `import { x } from "@/lib/engine/graph/graph";`],
  ["lib/samples/b.ts", `import { x } from "@/lib/diffusion/model/tokenizer";`],
  ["lib/questions/likert/index.ts", `export const rules = () => import("../pair/rules");`],
] as const;

async function violations() {
  const project = mkdtempSync(join(tmpdir(), "semblance-"));
  onTestFinished(() => rmSync(project, { recursive: true }));
  cpSync(join(root, "tsconfig.json"), join(project, "tsconfig.json"));
  symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
  const files = { ...targets, ...Object.fromEntries([...refused.map(([, ...file]) => file), ...accepted]) };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), `${text}\n`);
  }
  return (await cruise(project, folders)).violations.map(({ from, rule }) => `${rule.name}: ${from}`);
}

test("imports against the direction are found, and no others", async () => {
  const found = await violations();
  expect(found).toEqual(expect.arrayContaining(refused.map(([rule, path]) => `${rule}: ${path}`)));
  // Cycles of types: between two files, and between two folders whose files have none.
  expect(found).toContain("no-file-cycle: lib/datasets/left.ts");
  expect(found).toContain("no-folder-cycle: lib/studies/plan");
  const fine = accepted.map(([path]) => path as string);
  expect(found.filter((line) => fine.includes(line.split(": ")[1]!))).toEqual([]);
}, 60_000);
