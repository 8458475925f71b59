/** Finds the reference values and photographs next to a developer's clone, outside the project. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * The absolute path of `relativePath` in the folder `shared` beside the clone, or null where it is absent.
 * A missing file prints the reason, so that a skipped test never looks like a passed one.
 */
export function sharedPath(relativePath: string): string | null {
  const path = fileURLToPath(new URL(`../../shared/${relativePath}`, import.meta.url));
  if (existsSync(path)) return path;
  console.info(`skipped: shared/${relativePath} is not beside this clone`);
  return null;
}
