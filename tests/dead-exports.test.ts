/** Every file, export and exported type is used by another file: `npx knip` lists those that are not. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const knip = join(process.cwd(), "node_modules/knip/bin/knip.js");

test("there are no unused exports", async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [knip, "--no-progress", "--no-config-hints", "--no-exit-code"],
    { maxBuffer: 2 ** 24 },
  );
  expect(stdout.trim()).toBe("");
}, 60_000);
