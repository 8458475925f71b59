import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { jobDefinitions } from "@/jobs/registry";
import { loadHandler } from "@/workers/load-handler";

const folder = fileURLToPath(new URL("../../jobs/", import.meta.url));
const kinds = jobDefinitions.map(({ kind }) => kind);

test("every folder of a kind is registered, once", () => {
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect([...kinds].sort()).toEqual(folders.map(({ name }) => name).sort());
});

describe.each(kinds)("a job of the kind %s", (kind) => {
  test("has a handler where the worker looks for it", async () => {
    expect(await loadHandler(kind)).toBeTypeOf("function");
  });

  test("runs its engine task, where it has one, in a module that exports it", async () => {
    if (!existsSync(`${folder}${kind}/task.ts`)) return;
    const tasks = Object.values<{ module: string }>(await import(`../../jobs/${kind}/task.ts`));
    expect(tasks).toHaveLength(1);
    expect((await import(tasks[0]!.module)).run).toBeTypeOf("function");
  });
});
