/** What scripts/compile-sources.mjs has compiled, as long as no source has changed since. Plain JavaScript: bin/ loads it. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** @param root folder of the clone */
export const compiledFolder = (root) => join(root, ".compiled");

/** Changes with the content of a file. */
export const stampOf = ({ size, mtimeMs }) => `${size} ${mtimeMs}`;

/**
 * @param root folder of the clone
 * @param bundle name of what was compiled together
 * @param source path of a file in the clone
 * @returns path of the file that was made of it; null where there is none, or a source of the bundle has changed
 */
export function findCompiled(root, bundle, source) {
  try {
    const folder = compiledFolder(root);
    const { entries, sources } = JSON.parse(readFileSync(join(folder, `${bundle}.json`), "utf8"));
    for (const [path, stamp] of Object.entries(sources)) {
      if (stampOf(statSync(join(root, path))) !== stamp) return null;
    }
    const compiled = join(folder, entries[source]);
    statSync(compiled);
    return compiled;
  } catch {
    return null;
  }
}
