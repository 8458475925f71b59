import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openLogFile } from "@/lib/platform/log/log-file";

const folder = mkdtempSync(join(tmpdir(), "semblance-log-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("is private, is rotated when it is large, and keeps four earlier files", () => {
  const path = join(folder, "logs", "web.log");
  const log = openLogFile(path, 100);
  for (let index = 0; index < 60; index++) log.write(`line ${index} ${"x".repeat(20)}`);
  log.close();
  expect(readdirSync(join(folder, "logs")).sort()).toEqual(
    ["", ".1", ".2", ".3", ".4"].map((ending) => `web.log${ending}`),
  );
  expect(readFileSync(path, "utf8")).toContain("line 59");
  expect(statSync(path).mode & 0o077).toBe(0);
  expect(statSync(join(folder, "logs")).mode & 0o077).toBe(0);
  for (const name of readdirSync(join(folder, "logs"))) {
    expect(statSync(join(folder, "logs", name)).size, name).toBeLessThan(200);
  }
});

test("continues the file of an earlier process", () => {
  const path = join(folder, "again.log");
  for (const line of ["one", "two"]) {
    const log = openLogFile(path);
    log.write(line);
    log.close();
  }
  expect(readFileSync(path, "utf8")).toBe("one\ntwo\n");
});
