/** An older installation, without a table of results, after the update. */
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { getCaptionDrawing } from "@/jobs/draw-caption/get-drawing";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { applyMigrations } from "@/lib/platform/database/apply-migrations";
import { withTestDatabase } from "@/tests/database";
import { fillEarlierDatabase } from "@/tests/earlier-database";

const { db, url, dataFolder } = await withTestDatabase();
const migration = "20261129013000_job_results";

test("results are moved out of the payload, and a column refers to every blob that jobs and drafts name", async () => {
  const [image, upload, imported, picked] = ["a", "b", "c", "d"].map((digit) => digit.repeat(64));
  const [failed, ready, drawing] = [randomUUID(), randomUUID(), randomUUID()];
  await fillEarlierDatabase(url, dataFolder, migration, async (client) => {
    await client.query(
      `INSERT INTO "Dataset" ("id", "name", "state") VALUES ($1, 'failed', 'FAILED'), ($2, 'ready', 'READY')`,
      [failed, ready],
    );
    const addJob = (kind: string, subjectId: string, payload: object) =>
      client.query(`INSERT INTO "Job" ("id", "kind", "subjectId", "payload") VALUES ($1, $2, $3, $4)`, [
        randomUUID(),
        kind,
        subjectId,
        payload,
      ]);
    const uploaded = (datasetId: string, sha256: string) =>
      addJob("import-dataset", datasetId, {
        datasetId,
        source: { kind: "upload", files: [{ name: "dog.png", sha256 }] },
      });
    await uploaded(failed, upload!);
    await uploaded(ready, imported!);
    await addJob("import-dataset", failed, { datasetId: failed, source: { kind: "folder", path: "/dogs" } });
    await addJob("draw-caption", drawing, {
      drawingId: drawing,
      caption: "a dog",
      baseCheckpointId: randomUUID(),
      upsamplerCheckpointId: null,
      settings: sampleSettings.parse({}),
      drawn: { pictureSha256: image, untaughtWords: ["dog"] },
    });
    await client.query(
      `INSERT INTO "Study" ("id", "name", "inviteToken", "ratersPerItem", "itemsPerRater", "pictureSizePx", "seed", "pickedChecks")
     VALUES ($1, 'draft', 'x', 1, 1, 64, 0, $2)`,
      [randomUUID(), JSON.stringify([{ pictures: [picked] }, { pictures: [picked] }])],
    );
  });

  await applyMigrations(url, "prisma/migrations");
  expect(await getCaptionDrawing(drawing)).toMatchObject({
    caption: "a dog",
    imageSha256: image,
    untaughtWords: ["dog"],
  });
  const blobs = await db.jobBlob.findMany({ orderBy: { sha256: "asc" } });
  expect(blobs.map(({ part, sha256 }) => [part, sha256])).toEqual([
    ["RESULT", image],
    ["PAYLOAD", upload],
  ]);
  expect(await db.study.findFirst()).toMatchObject({ pickedSha256s: [picked] });
});
