/** Lists that open with the dashboard's pages, beside what makes them long. */
import { recountContents } from "@/lib/datasets/count-contents";
import { listDatasets } from "@/lib/datasets/list-datasets";
import { listAuditEntries } from "@/lib/platform/audit/list-audit-entries";
import { db } from "@/lib/platform/database/db";
import { listStudies } from "@/lib/studies/list-studies";
import { answeredStudy } from "./answered-study";
import { type GrowthRow, growthRow } from "./growth-row";

const looks = 10;

/** Processor time of one look, in ms, once the statement has been prepared. */
function listRow(
  row: Pick<GrowthRow, "name" | "size" | "unit" | "prepare">,
  look: () => Promise<unknown>,
  most: number,
): GrowthRow {
  return growthRow({
    ...row,
    measure: async (_prepared, _size, timed) => {
      await look();
      const seconds = await timed(async () => {
        for (let index = 0; index < looks; index++) await look();
      });
      return { look: (1000 * seconds) / looks };
    },
    figures: [{ name: "look", unit: "ms", most }],
  });
}

async function datasetOf(images: number): Promise<object> {
  const { id } = await db.dataset.create({ data: { name: `listed ${images}`, state: "READY" } });
  await db.$executeRaw`
    INSERT INTO "Image" (id, "datasetId", stem, position, "blobSha256", "widthPx", "heightPx")
    SELECT gen_random_uuid(), ${id}::uuid, 'image ' || n, n, md5(n::text) || md5(n::text), 64, 64
    FROM generate_series(0, ${images - 1}::int) n`;
  await db.$executeRaw`
    INSERT INTO "Caption" (id, "imageId", position, text, "tokenCount")
    SELECT gen_random_uuid(), id, 0, 'a photograph, ' || stem, 5 FROM "Image" WHERE "datasetId" = ${id}::uuid`;
  // As every import does.
  await db.$transaction((transaction) => recountContents(transaction, id));
  await db.$executeRawUnsafe("VACUUM ANALYZE");
  return {};
}

async function auditOf(entries: number): Promise<object> {
  // As they are stored; nothing here follows their chain. Numbered by the database, as those that follow are.
  await db.$executeRaw`
    INSERT INTO "AuditEntry" (at, actor, action, detail, "previousHash", hash)
    SELECT now(), 'ada@example.org', 'dataset.renamed', '{}', '', md5(${entries}::int || ' ' || n)
    FROM generate_series(1, ${entries}::int) n`;
  await db.$executeRawUnsafe("VACUUM ANALYZE");
  return {};
}

export const listRows = [
  listRow(
    { name: "datasets list", size: 100_000, unit: "images", prepare: datasetOf },
    () => listDatasets(),
    150,
  ),
  listRow(
    { name: "studies list", size: 200_000, unit: "votes", prepare: answeredStudy },
    () => listStudies({}),
    150,
  ),
  listRow(
    { name: "audit page", size: 100_000, unit: "entries", prepare: auditOf },
    () => listAuditEntries(),
    200,
  ),
];
