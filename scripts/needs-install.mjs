/** Whether node_modules lacks what the lockfile asks for. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Compares versions, not times: a checkout that only touched the lockfile needs no new install. Packages for other
 * platforms are optional and may be absent.
 */
export function needsInstall(root) {
  try {
    const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
    const installed = JSON.parse(
      readFileSync(join(root, "node_modules/.package-lock.json"), "utf8"),
    ).packages;
    return Object.entries(wanted).some(
      ([path, { version, optional, link }]) =>
        path !== "" && !optional && !link && installed[path]?.version !== version,
    );
  } catch {
    return true;
  }
}
