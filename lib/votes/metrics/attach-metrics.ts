/** Puts a table of automatic scores beside the scores of a study's people, in place of an earlier one. */
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { type FileAccess, formFiles } from "@/lib/platform/server-files/file-access";
import { storeBlob } from "@/lib/platform/storage/store-blob";
import { likert } from "@/lib/questions/likert";
import { isScore } from "@/lib/questions/likert/statistics";
import { readImported } from "@/lib/studies/imported-study";
import { readRatingsSource } from "../import/read-ratings-file";
import { listVotes } from "../list/list-votes";
import { assertItemsHaveMetrics } from "../read/compare-scores-with-metrics";
import { type MetricTable, parseMetrics } from "../read/metric-table";
import type { BadRow } from "../read/vote-file";
import type { MetricsAttachment } from "./metrics-fields";

/**
 * Nothing is stored unless every item with a score has a row.
 *
 * @param access to a file of the server
 * @returns the metrics of the table
 * @throws SemblanceError as `parseMetrics` and `readRatingsSource`; `not_found` for an unknown study; `conflict` where it asks for no
 *   scores; `invalid_file` where items have no row
 */
export async function attachMetrics(
  { studyId, source }: MetricsAttachment,
  actor: string,
  access: FileAccess = formFiles,
): Promise<{ metrics: readonly string[] }> {
  const study = await db.study.findUnique({
    where: { id: studyId },
    select: { name: true, imported: true, criteria: { select: { key: true, questionType: true } } },
  });
  if (!study) throw new SemblanceError("not_found", "There is no such study.");
  const { fileName, bytes } = await readRatingsSource(source, access);
  const table = parsed(bytes, fileName, readImported(study.imported)?.columns.model);
  await assertItems(studyId, study.criteria, table);
  const { sha256 } = await storeBlob(bytes, { mediaType: "text/plain" });
  const stored = { fileName, blobSha256: sha256, metrics: [...table.metrics], attachedAt: new Date() };
  await db.$transaction(async (transaction) => {
    await transaction.studyMetrics.upsert({
      where: { studyId },
      create: { studyId, ...stored },
      update: stored,
    });
    await appendAuditEntry(transaction, {
      actor,
      action: "study.metrics-attached",
      subject: { kind: "study", id: studyId, name: study.name },
      detail: { studyId, fileName, sha256, metrics: table.metrics.length },
    });
  });
  return { metrics: table.metrics };
}

const namedRows = 5;

/** As `parseMetrics`, with the first rows at fault in the message, which is all that people see. */
function parsed(bytes: Uint8Array, fileName: string, modelColumn: string | undefined): MetricTable {
  try {
    return parseMetrics(bytes, fileName, modelColumn);
  } catch (error) {
    const { badRows = [] } = ((error as SemblanceError).details ?? {}) as { badRows?: BadRow[] };
    if (!(error instanceof SemblanceError) || badRows.length === 0) throw error;
    const rows = badRows.slice(0, namedRows).map(({ line, reason }) => `line ${line}: ${reason}`);
    throw new SemblanceError(error.code, `${error.message} The first: ${rows.join("; ")}.`, {
      remedy: "Correct or remove these rows.",
      cause: error,
    });
  }
}

async function assertItems(
  studyId: string,
  criteria: readonly { key: string; questionType: string }[],
  table: MetricTable,
): Promise<void> {
  const scored = criteria.filter(({ questionType }) => questionType === likert.name);
  const votes = (await Promise.all(scored.map(({ key }) => listVotes(studyId, key)))).map((each) =>
    each.flatMap((vote) => (isScore(vote) ? [vote] : [])),
  );
  if (votes.every((each) => each.length === 0)) {
    throw new SemblanceError("conflict", "The study has no scores to compare metrics with.", {
      remedy: "Metrics are compared with scores, not with pairs or rankings.",
      details: { field: "file" },
    });
  }
  for (const answers of votes) assertItemsHaveMetrics(answers, table);
}
