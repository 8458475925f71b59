/** The sweep of files that nothing names, among files that are named. */
import { randomBytes } from "node:crypto";
import { mkdir, rm, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { dataPaths } from "@/lib/env";
import { db } from "@/lib/platform/database/db";
import { sweepBlobs } from "@/lib/platform/storage/sweep-blobs";
import { createLoadWorld } from "../rating-load/load-study";
import { growthRow, memory } from "./growth-row";

/** Old files, half of which are samples. */
async function filesOf(size: number): Promise<object> {
  await rm(dataPaths().blobs, { recursive: true, force: true });
  const lastWeek = new Date(Date.now() - 7 * 24 * 3600_000);
  const hashes: string[] = [];
  for (let index = 0; index < size; index++) {
    const sha256 = randomBytes(32).toString("hex");
    hashes.push(sha256);
    const path = join(dataPaths().blobs, sha256.slice(0, 2), sha256.slice(2));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, sha256);
    await utimes(path, lastWeek, lastWeek);
  }
  await db.$executeRaw`
    INSERT INTO "Blob" (sha256, "sizeBytes", "mediaType") SELECT unnest(${hashes}::text[]), 64, 'image/png'`;
  const { sampleSetIds } = await createLoadWorld(size, { sets: 1, name: `sweep ${size}` });
  await db.$executeRaw`
    UPDATE "Sample" SET "blobSha256" = named.sha256
    FROM (SELECT id, row_number() OVER () AS place FROM "Sample" WHERE "sampleSetId" = ${sampleSetIds[0]}::uuid) numbered
    JOIN unnest(${hashes.slice(0, size / 2)}::text[]) WITH ORDINALITY named(sha256, place) USING (place)
    WHERE "Sample".id = numbered.id`;
  return {};
}

const sweep = growthRow({
  name: "sweep, every other file unnamed",
  size: 20_000,
  unit: "files",
  prepare: filesOf,
  measure: async (_prepared, size, timed) => {
    let removed = 0;
    const seconds = await timed(async () => {
      ({ removed } = await sweepBlobs());
    });
    if (removed < size / 2) throw new Error(`Only ${removed} files of ${size} were removed.`);
    return { sweep: seconds };
  },
  figures: [{ name: "sweep", unit: "s", most: 10 }, memory(600)],
});

export const sweepRows = [sweep];
