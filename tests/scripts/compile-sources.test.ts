/** The compiled command line: recompiled when a source changes, and its modules still find files next to their source. */
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { findCompiled } from "@/lib/platform/find-compiled.mjs";
import {
  compileCommandLine,
  compileProcesses,
  findCommandLine,
  hasProcesses,
} from "@/scripts/compile-sources.mjs";

/** A clone with a command line of two files. */
function tinyClone(): string {
  const clone = mkdtempSync(join(tmpdir(), "semblance-"));
  onTestFinished(() => rmSync(clone, { recursive: true, force: true }));
  mkdirSync(join(clone, "cli"));
  mkdirSync(join(clone, "lib"));
  symlinkSync(resolve("node_modules"), join(clone, "node_modules"));
  writeFileSync(join(clone, "package-lock.json"), "{}");
  writeFileSync(join(clone, "tsconfig.json"), '{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }');
  writeFileSync(
    join(clone, "cli/semblance.ts"),
    'import { z } from "zod"; import { place } from "@/lib/place";\n' +
      'export const main = (): string => [z.string().parse("read"), place].join(" ");',
  );
  writeFileSync(join(clone, "lib/place.ts"), "export const place: string = import.meta.url;");
  return clone;
}

const run = async (path: string) => (await import(pathToFileURL(path).href)).main();

test("a changed, missing or uncompiled source triggers a compilation, an unchanged one does not", async () => {
  const clone = tinyClone();
  expect(findCommandLine(clone)).toBeNull();
  const compiled = await compileCommandLine(clone);
  expect(findCommandLine(clone)).toBe(compiled);

  writeFileSync(join(clone, "lib/place.ts"), 'export const place: string = "elsewhere";');
  expect(findCommandLine(clone)).toBeNull();
  expect(await run(await compileCommandLine(clone))).toBe("read elsewhere");

  rmSync(join(clone, "lib/place.ts"));
  expect(findCommandLine(clone)).toBeNull();
});

test("a module finds files next to its source, even after the clone was moved", async () => {
  const clone = tinyClone();
  await compileCommandLine(clone);
  const moved = `${clone}-moved`;
  onTestFinished(() => rmSync(moved, { recursive: true, force: true }));
  renameSync(clone, moved);
  expect(await run(findCommandLine(moved)!)).toBe(`read ${pathToFileURL(join(moved, "lib/place.ts")).href}`);
});

test("an incomplete bundle, as after a power cut, is compiled again", () => {
  const clone = tinyClone();
  mkdirSync(join(clone, "bin"));
  mkdirSync(join(clone, "scripts"));
  copyFileSync("bin/semblance.mjs", join(clone, "bin/semblance.mjs"));
  mkdirSync(join(clone, "lib/platform"));
  for (const path of ["scripts/compile-sources.mjs", "lib/platform/find-compiled.mjs"])
    copyFileSync(path, join(clone, path));
  writeFileSync(
    join(clone, "cli/semblance.ts"),
    'export const main = (): number => { console.log("ran"); return 0; };',
  );
  const command = () =>
    execFileSync(process.execPath, [join(clone, "bin/semblance.mjs")], { encoding: "utf8" });
  expect(command()).toBe("ran\n");
  truncateSync(findCommandLine(clone)!, 10);
  expect(command()).toBe("ran\n");
  expect(command()).toBe("ran\n");
});

test("processes and what they load by address share their modules, and are compiled again after a change", async () => {
  const clone = tinyClone();
  const [entry, task] = ["lib/platform/engine-process/engine-process.ts", "jobs/draw/engine.ts"];
  for (const path of [entry, task]) {
    mkdirSync(join(clone, path, ".."), { recursive: true });
    writeFileSync(
      join(clone, path),
      'export { Failure } from "@/lib/failure"; export const place: string = import.meta.url;',
    );
  }
  writeFileSync(join(clone, "lib/failure.ts"), "export class Failure extends Error {}");
  expect(hasProcesses(clone)).toBe(false);
  await compileProcesses(clone);
  expect(hasProcesses(clone)).toBe(true);
  const load = (path: string) => import(pathToFileURL(findCompiled(clone, "processes", path)!).href);
  const [one, other] = [await load(entry), await load(task)];
  expect(other.Failure).toBe(one.Failure);
  expect([one.place, other.place]).toEqual(
    [entry, task].map((path) => pathToFileURL(join(clone, path)).href),
  );
  writeFileSync(join(clone, "lib/failure.ts"), "export class Failure extends TypeError {}");
  expect(hasProcesses(clone)).toBe(false);
});
