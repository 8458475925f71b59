/** What a run's folder keeps beside its states may be damaged by a power cut; the run can be continued all the same. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ContentHashes } from "@/lib/diffusion/training/content-hashes";
import { keepIdentity, otherRunError, type RunIdentity } from "@/lib/diffusion/training/run-identity";

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "semblance-run-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const damaged = ["", "{", "null", "[]", "{}", '{"pictures": 1}'];

test.each(damaged)(
  "the run of a run.json that holds %j is another one, for reasons unknown",
  async (text) => {
    const folder = temporaryFolder();
    const run: RunIdentity = { options: {}, settings: { seed: 1 }, start: null, pictures: [] };
    writeFileSync(join(folder, "run.json"), text);
    expect(await otherRunError(folder, run)).toMatchObject({
      code: "conflict",
      message: `${folder} holds another run: settings, model or images differ.`,
    });
    await keepIdentity(folder, { ...run, settings: { seed: 0 } });
    expect((await otherRunError(folder, run)).message).toContain("seed is 1 instead of 0");
  },
);

test.each([...damaged, '{"PATH": null}', '{"PATH": {}}'])(
  "a hashes.json that holds %j counts as empty",
  async (text) => {
    const folder = temporaryFolder();
    const path = join(folder, "picture");
    writeFileSync(path, "content");
    writeFileSync(join(folder, "hashes.json"), text.replace("PATH", path));
    const hashes = await ContentHashes.open(join(folder, "hashes.json"));
    expect(await hashes.of(path)).toBe(createHash("sha256").update("content").digest("hex"));
  },
);
