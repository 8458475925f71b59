/** A small disk of its own for a test: a tmpfs in a mount namespace that ends with the command. */
import { spawnSync } from "node:child_process";

/** Null where mounts are possible, else why the test is skipped. */
export function whyNoMounts(): string | null {
  if (process.platform !== "linux") return "skipped: mounts are Linux's";
  const { status } = spawnSync("unshare", ["--mount", "true"]);
  return status === 0 ? null : "skipped: this user may not mount (unshare --mount fails)";
}

/** Runs a shell script after `mounts`, seen by nobody else. @returns its exit code and all that it printed */
export function runWithMounts(mounts: string, script: string): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync("unshare", ["--mount", "sh", "-ec", `${mounts}\n${script}`], {
    encoding: "utf8",
  });
  return { status, output: `${stdout}${stderr}` };
}
