/** A folder for the files of one test file, removed after it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** Call at the top level of a test file. The function writes bytes under a name and gives the path. */
export function useTemporaryFolder(): {
  path: string;
  write: (name: string, bytes: Uint8Array | string) => string;
} {
  const path = mkdtempSync(join(tmpdir(), "semblance-checkpoints-"));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    write: (name, bytes) => {
      const file = join(path, name);
      writeFileSync(file, bytes);
      return file;
    },
  };
}
