/** A data folder for the tests of one file that need no database. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** Before anything has read a setting. @returns its path; removed after the last test */
export function useDataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "semblance-data-"));
  process.env.SEMBLANCE_DATA = folder;
  mkdirSync(join(folder, "imports"));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}
