/** As whom PostgreSQL runs. It refuses to run as root, so root lends it an ordinary user. */
import { execFileSync } from "node:child_process";
import { chownSync, lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { SemblanceError } from "@/lib/errors";

export type PostgresIdentity = { uid: number; gid: number };

const userName = "postgres";

/** Null where this process is no root and PostgreSQL can run as the same user. */
export function findPostgresIdentity(): PostgresIdentity | null {
  if (process.getuid?.() !== 0) return null;
  const existing = findUser(userName);
  if (existing) return existing;
  try {
    execFileSync("useradd", ["--system", "--no-create-home", "--shell", "/usr/sbin/nologin", userName], {
      stdio: "ignore",
    });
  } catch {
    // Images without useradd still have the user nobody.
  }
  const made = findUser(userName) ?? findUser("nobody");
  if (made) return made;
  throw new SemblanceError(
    "unavailable",
    "PostgreSQL does not run as root, and no other user could be created.",
    {
      remedy: "Start Semblance as an ordinary user, or set DATABASE_URL to your own PostgreSQL.",
    },
  );
}

function findUser(name: string): PostgresIdentity | null {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${name}:`));
  if (!line) return null;
  const fields = line.split(":");
  return { uid: Number(fields[2]), gid: Number(fields[3]) };
}

/** Gives a folder and all that is in it to the identity, where it is not already theirs. */
export function giveFolder(folder: string, identity: PostgresIdentity): void {
  if (lstatSync(folder).uid === identity.uid) return;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) chownSync(join(entry.parentPath, entry.name), identity.uid, identity.gid);
  }
  chownSync(folder, identity.uid, identity.gid);
}

/** Bits of CapBnd in /proc/self/status, see capabilities(7). */
const capabilityBits = { dac_override: 1n, dac_read_search: 2n } as const;

/**
 * The command that runs `command` as the identity.
 *
 * Root's own folders (/root, those of mktemp) are closed to other users. Where the identity cannot pass through the
 * folders above `paths`, it is lent the capability to do so by setpriv(1), rather than the folders being opened.
 *
 * @throws SemblanceError `unavailable` where it cannot pass and the capability cannot be lent.
 */
export function toCommandAs(
  identity: PostgresIdentity,
  command: string[],
  paths: string[],
): { command: string[]; spawnAs: Partial<PostgresIdentity> } {
  const closed = paths.map((path) => findClosedFolder(path, identity)).find((folder) => folder !== null);
  if (!closed) return { command, spawnAs: identity };
  const bounding = BigInt(
    `0x${/^CapBnd:\s*(\w+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0"}`,
  );
  const capability = (["dac_read_search", "dac_override"] as const).find(
    (name) => (bounding >> capabilityBits[name]) & 1n,
  );
  if (capability && existsOnPath("setpriv")) {
    return {
      command: [
        "setpriv",
        `--reuid=${identity.uid}`,
        `--regid=${identity.gid}`,
        "--clear-groups",
        // PostgreSQL's programs look for each other with access(2), which otherwise disregards the capability.
        "--securebits=+no_setuid_fixup",
        `--inh-caps=+${capability}`,
        `--ambient-caps=+${capability}`,
        ...command,
      ],
      spawnAs: {},
    };
  }
  throw new SemblanceError("unavailable", `PostgreSQL's user cannot access the folder ${closed}.`, {
    remedy:
      `Allow it with \`chmod o+x ${closed}\`, start Semblance as an ordinary user, or move it and its data folder ` +
      "to a place that every user can access.",
  });
}

/** The first folder above `path` that the identity may not pass through. */
function findClosedFolder(path: string, identity: PostgresIdentity): string | null {
  const folders: string[] = [];
  for (let folder = dirname(path); !folders.includes(folder); folder = dirname(folder))
    folders.unshift(folder);
  for (const folder of folders) {
    const { uid, gid, mode } = statSync(folder);
    const bit = uid === identity.uid ? 0o100 : gid === identity.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return folder;
  }
  return null;
}

function existsOnPath(name: string): boolean {
  try {
    execFileSync(name, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
