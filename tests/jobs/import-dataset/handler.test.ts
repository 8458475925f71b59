/** What an import job may read is decided when it runs, whatever its payload says. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { handle } from "@/jobs/import-dataset/handler";
import { importDatasetPayload } from "@/jobs/import-dataset/payload";
import { startImport } from "@/jobs/import-dataset/start";
import { stopQueue } from "@/lib/platform/jobs/queue";
import { operatorGrant } from "@/lib/platform/server-files/operator-grant";
import { withTestDatabase } from "@/tests/database";
import { drawImage } from "@/tests/images";

const { db, dataFolder } = await withTestDatabase();
const elsewhere = mkdtempSync(join(tmpdir(), "semblance-elsewhere-"));
beforeAll(async () => {
  writeFileSync(join(elsewhere, "a.png"), await drawImage(1));
  writeFileSync(join(elsewhere, "a.txt"), "a dog");
});
afterAll(async () => {
  rmSync(elsewhere, { recursive: true });
  await stopQueue();
});

const context = {
  signal: new AbortController().signal,
  lost: new AbortController().signal,
  provider: "cpu" as const,
  report: () => {},
  keepResult: async () => {},
};

let count = 0;
/** Runs a job as it is in the queue. */
async function run(path: string, grantFor?: string) {
  const { id: datasetId } = await db.dataset.create({ data: { name: `dataset ${count++}` } });
  const grant = grantFor === undefined ? {} : { operatorGrant: operatorGrant(datasetId, grantFor) };
  await handle({ datasetId, source: { kind: "folder", path }, ...grant }, context);
  return db.image.count({ where: { datasetId } });
}

test("a job without a grant only reads import folders, even if it was queued by hand or by an earlier version", async () => {
  await expect(run(elsewhere)).rejects.toMatchObject({
    code: "invalid_input",
    message: `${elsewhere} is not in a folder that may be imported.`,
    remedy: expect.stringContaining(join(dataFolder, "imports")),
  });
  await expect(run(elsewhere, "/srv/other")).rejects.toMatchObject({ code: "invalid_input" });
  expect(await db.image.count()).toBe(0);
});

test("a job of the operator reads the folder that it was granted", async () => {
  expect(await run(elsewhere, elsewhere)).toBe(1);
  await expect(run(join(dataFolder, "secrets"), join(dataFolder, "secrets"))).rejects.toMatchObject({
    code: "invalid_input",
  });
});

test("only the command line makes grants", async () => {
  const source = { kind: "folder" as const, path: elsewhere };
  await expect(startImport({ name: "form", source })).rejects.toMatchObject({ details: { field: "path" } });
  const { jobId } = await startImport({ name: "command line", source }, { isOperator: true });
  const { payload } = await db.job.findUniqueOrThrow({ where: { id: jobId } });
  const { datasetId, operatorGrant: grant } = importDatasetPayload.parse(payload);
  expect(grant).toBe(operatorGrant(datasetId, elsewhere));
});

test("files of Semblance's own and links that lead out are named in the report, and not imported", async () => {
  const folder = join(dataFolder, "imports", "links");
  mkdirSync(folder);
  writeFileSync(join(folder, "good.png"), await drawImage(2));
  writeFileSync(join(folder, "good.txt"), "a good dog");
  symlinkSync(join(elsewhere, "a.png"), join(folder, "out.png"));
  symlinkSync("/etc/passwd", join(folder, "captions.txt"));
  expect(await run(folder)).toBe(1);
  const { importReport } = await db.dataset.findFirstOrThrow({ orderBy: { createdAt: "desc" } });
  expect(importReport).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ file: "out.png", kind: "unreadable", refused: true }),
      expect.objectContaining({ file: "captions.txt", kind: "unreadable", refused: true }),
    ]),
  );
  expect(JSON.stringify(importReport)).not.toContain("root:");
});
