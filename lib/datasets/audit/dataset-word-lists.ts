/** The word lists of a dataset: every version that was saved is kept. */
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry, nothingChanged } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { requestContext } from "@/lib/platform/request/request-context";
import { usualWordLists } from "./usual-word-lists";
import { parseWordLists, type WordLists, wordLists, writeWordLists } from "./word-lists";

/** The newest version, by 0 the usual lists of the captions' language. @throws SemblanceError `not_found` */
export async function getWordLists(datasetId: string): Promise<{ version: number; lists: WordLists }> {
  const newest = await db.wordListVersion.findFirst({ where: { datasetId }, orderBy: { number: "desc" } });
  if (!newest) return { version: 0, lists: usualWordLists(await languageOf(datasetId)) };
  return { version: newest.number, lists: wordLists.parse(newest.lists) };
}

/** One version, by 0 the usual lists of the captions' language. @throws SemblanceError `not_found` */
export async function getWordListVersion(datasetId: string, number: number): Promise<WordLists> {
  const row =
    number === 0
      ? null
      : await db.wordListVersion.findUnique({ where: { datasetId_number: { datasetId, number } } });
  if (row) return wordLists.parse(row.lists);
  return usualWordLists(await languageOf(datasetId));
}

/** The attributes of datasets' newest word lists, by dataset. */
export async function listAttributes(datasetIds: readonly string[]): Promise<Map<string, string[]>> {
  const among = { in: [...datasetIds] };
  const [datasets, rows] = await Promise.all([
    db.dataset.findMany({ where: { id: among }, select: { id: true, captionLanguage: true } }),
    db.wordListVersion.findMany({
      where: { datasetId: among },
      distinct: ["datasetId"],
      orderBy: [{ datasetId: "asc" }, { number: "desc" }],
      select: { datasetId: true, lists: true },
    }),
  ]);
  const saved = new Map(rows.map(({ datasetId, lists }) => [datasetId, wordLists.parse(lists)]));
  return new Map(
    datasets.map(({ id, captionLanguage }) => {
      const { attributes } = saved.get(id) ?? usualWordLists(captionLanguage);
      return [id, attributes.map(({ name }) => name)];
    }),
  );
}

async function languageOf(datasetId: string): Promise<string> {
  const dataset = await db.dataset.findUnique({
    where: { id: datasetId },
    select: { captionLanguage: true },
  });
  if (!dataset) throw new SemblanceError("not_found", "There is no such dataset.");
  return dataset.captionLanguage;
}

/** Newest first. @returns those that were saved */
export async function listWordListVersions(
  datasetId: string,
): Promise<{ number: number; actor: string; createdAt: Date; text: string }[]> {
  const rows = await db.wordListVersion.findMany({
    where: { datasetId },
    orderBy: { number: "desc" },
    take: mostListed,
  });
  return rows.map(({ number, actor, createdAt, lists }) => ({
    number,
    actor,
    createdAt,
    text: writeWordLists(wordLists.parse(lists)),
  }));
}

const mostListed = 20;

/** @throws SemblanceError `not_found`; `invalid_input` naming the line that cannot be read */
export async function saveWordLists(datasetId: string, text: string): Promise<void> {
  const lists = parseWordLists(text);
  await db.$transaction(async (transaction) => {
    await transaction.$queryRaw`SELECT 1 FROM "Dataset" WHERE "id" = ${datasetId}::uuid FOR UPDATE`;
    const dataset = await transaction.dataset.findUnique({ where: { id: datasetId } });
    if (!dataset) throw new SemblanceError("not_found", "There is no such dataset.");
    const { version, lists: before } = await getWordLists(datasetId);
    if (writeWordLists(before) === writeWordLists(lists)) return nothingChanged();
    const number = version + 1;
    const actor = requestContext()?.actor ?? "";
    await transaction.wordListVersion.create({ data: { datasetId, number, lists, actor } });
    await appendAuditEntry(transaction, {
      action: "dataset.word-lists-saved",
      subject: { kind: "dataset", id: datasetId, name: dataset.name },
      detail: { version: number, attributes: lists.attributes.map(({ name }) => name) },
    });
  });
}
