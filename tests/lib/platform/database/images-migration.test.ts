/** An older installation, where images were called pictures, after the update. */
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { applyMigrations } from "@/lib/platform/database/apply-migrations";
import { pickedCheck } from "@/lib/studies/design/picked-checks";
import { withTestDatabase } from "@/tests/database";
import { fillEarlierDatabase } from "@/tests/earlier-database";

const { db, url, dataFolder } = await withTestDatabase();

test("rows, picked checks of open studies and settings of queued jobs are converted, and no old name is left", async () => {
  const sha256 = "a".repeat(64);
  const [dataset, checkpoint, captionId] = [randomUUID(), randomUUID(), randomUUID()];
  const { samplesPerCaption: _, ...settings } = sampleSettings.parse({});
  const earlierSettings = { ...settings, picturesPerCaption: 3 };
  const check = { criterion: "c", use: "gold", captionId, right: { type: "best", position: 0 } };
  await fillEarlierDatabase(url, dataFolder, "20261129090000_images", async (client) => {
    await client.query(
      `INSERT INTO "Blob" ("sha256", "sizeBytes", "mediaType") VALUES ($1, 1, 'image/png')`,
      [sha256],
    );
    await client.query(`INSERT INTO "Dataset" ("id", "name", "state") VALUES ($1, 'd', 'READY')`, [dataset]);
    await client.query(
      `INSERT INTO "Picture" ("id", "datasetId", "stem", "position", "blobSha256", "widthPx", "heightPx")
       VALUES ($1, $2, 'a', 0, $3, 64, 64)`,
      [randomUUID(), dataset, sha256],
    );
    await client.query(
      `INSERT INTO "Study" ("id", "name", "inviteToken", "ratersPerItem", "itemsPerRater", "pictureSizePx", "seed", "pickedChecks", "state")
       VALUES ($1, 'open', 'x', 1, 1, 128, 0, $2, 'OPEN')`,
      [randomUUID(), JSON.stringify([{ ...check, pictures: [sha256, sha256] }])],
    );
    await client.query(
      `INSERT INTO "Job" ("id", "kind", "subjectId", "payload") VALUES ($1, 'sample', $2, $3)`,
      [randomUUID(), checkpoint, { settings: earlierSettings }],
    );
  });

  await applyMigrations(url, "prisma/migrations");
  expect(await db.image.findFirst()).toMatchObject({ stem: "a", blobSha256: sha256 });
  const study = await db.study.findFirstOrThrow();
  expect(study.imageSizePx).toBe(128);
  expect(pickedCheck.array().parse(study.pickedChecks)[0]!.images).toEqual([sha256, sha256]);
  const { payload } = await db.job.findFirstOrThrow();
  expect(payload).toMatchObject({ settings: { samplesPerCaption: 3 } });
  const left = await db.$queryRaw`
    SELECT relname::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname ILIKE '%picture%'
    UNION SELECT attname::text FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND attname ILIKE '%picture%'
    UNION SELECT conname::text FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conname ILIKE '%picture%'
    UNION SELECT tgname::text FROM pg_trigger WHERE tgname ILIKE '%picture%'
    UNION SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
      AND (proname ILIKE '%picture%' OR prosrc ILIKE '%picture%')`;
  expect(left).toEqual([]);
});
