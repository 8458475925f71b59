/** `npm start` on machines with a problem: the real scripts, on small disks and without a network. */
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { runWithMounts, whyNoMounts } from "./on-tmpfs";

const noMounts = whyNoMounts();
if (noMounts) console.info(noMounts);

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "semblance-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What a clone has before its packages are installed, as far as the first steps read it. */
function freshClone(): string {
  const clone = newFolder();
  const read = [
    ...["scripts", "package.json", "package-lock.json", ".npmrc"],
    ...["prisma/schema.prisma", "lib/platform/find-compiled.mjs"],
  ];
  for (const path of read) cpSync(path, join(clone, path), { recursive: true });
  return clone;
}

test("without a network connection, the start says what it needs it for and how to continue", async () => {
  const clone = freshClone();
  const child = spawn(process.execPath, ["scripts/start.mjs"], {
    cwd: clone,
    // Nobody listens on port 1 of this machine.
    env: {
      ...process.env,
      npm_config_registry: "http://127.0.0.1:1/",
      npm_config_cache: join(clone, "cache"),
      npm_config_fetch_retries: "0",
    },
  });
  const [said, status] = await Promise.all([
    text(child.stderr),
    new Promise((settle) => child.on("close", settle)),
  ]);
  expect(status).toBe(1);
  expect(said).toContain("The package registry could not be reached.");
  expect(said).toContain("npm config get registry");
  expect(existsSync(join(clone, ".preparing"))).toBe(false);
});

test.skipIf(noMounts)("a disk without room for the packages is named before anything is downloaded", () => {
  const clone = freshClone();
  const { status, output } = runWithMounts(
    `mount -t tmpfs -o size=50m tmpfs /mnt; cp -r ${clone}/. /mnt`,
    `cd /mnt; exec ${process.execPath} scripts/start.mjs`,
  );
  expect(status).toBe(1);
  expect(output).toMatch(/The disk of \/mnt\/? has 0\.\d GB free; this step needs 2\.5 GB/);
  expect(output).not.toContain("Packages:");
});

test.skipIf(noMounts)("a disk without room for the data folder is named before the database is made", () => {
  const { status, output } = runWithMounts(
    "mount -t tmpfs -o size=20m tmpfs /mnt",
    `exec ${process.execPath} tests/scripts/supervise-alone.mjs --data /mnt/data`,
  );
  expect(status).toBe(1);
  expect(output).toContain("The disk of /mnt/data has 0.0 GB free; this step needs 0.3 GB.");
  expect(output).toContain("Free some space");
});

test("a data folder that cannot be created is named, with the system's message", () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ["tests/scripts/supervise-alone.mjs", "--data", "/dev/null/data"],
    { encoding: "utf8" },
  );
  expect(status).toBe(1);
  expect(stderr).toContain("The data folder /dev/null/data cannot be written.");
  expect(stderr).toContain("--data DIR");
});

test("an unknown option is answered with the list of options", () => {
  const { status, stderr } = spawnSync(process.execPath, ["tests/scripts/supervise-alone.mjs", "--fast"], {
    encoding: "utf8",
  });
  expect(status).toBe(1);
  expect(stderr).toContain("'--fast'");
  expect(stderr).toContain("--empty");
});
