import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkDemo } from "@/demo/build/check-demo";
import { packFile } from "@/demo/install/pack";

const folder = "demo/pack";

// A clone in which the pack is still to be built (npm run demo:build) has nothing to check.
test.skipIf(!existsSync(join(folder, packFile)))(
  "every figure that the shipped pack, README.md and docs say of the demo holds",
  async () => {
    const work = await mkdtemp(join(tmpdir(), "semblance-shipped-"));
    try {
      const findings = await checkDemo({
        folder,
        work,
        documents: ".",
        quick: true,
        write: false,
        say: () => {},
      });
      expect(findings).toEqual([]);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  },
  300_000,
);
