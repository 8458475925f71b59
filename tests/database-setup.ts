/** Before all tests: a folder for the PostgreSQL that tests/database.ts starts when the first test asks for it. */
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stopEmbeddedPostgres } from "@/lib/platform/database/embedded-postgres";
import { compileProcesses, hasProcesses } from "@/scripts/compile-sources.mjs";

const prefix = "semblance-tests-";

export async function setup(): Promise<() => Promise<void>> {
  const folder = join(tmpdir(), `${prefix}${process.pid}`);
  // Called for each project of vitest.config.ts; all share the folder.
  if (existsSync(folder)) return async () => {};
  await removeAbandonedFolders();
  // As `npm start` does it; otherwise each process of a test would read TypeScript anew.
  if (!hasProcesses(process.cwd())) await compileProcesses(process.cwd());
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  process.env.SEMBLANCE_TEST_FOLDER = folder;
  return () => removeFolder(folder);
}

async function removeFolder(folder: string): Promise<void> {
  await stopEmbeddedPostgres(folder);
  rmSync(folder, { recursive: true, force: true });
}

/** A test run that was killed leaves its database running. */
async function removeAbandonedFolders(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    try {
      process.kill(Number(name.slice(prefix.length)), 0);
    } catch {
      await removeFolder(join(tmpdir(), name));
    }
  }
}
