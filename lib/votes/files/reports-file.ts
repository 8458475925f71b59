/** reports.csv: what raters reported of items, as a release holds it. */
import { stringify } from "csv-stringify/sync";
import { protectCell } from "@/lib/text/spreadsheet-cells";
import type { RecordedReport } from "../list/list-item-reports";

export const reportColumns = [
  "criterion",
  "kind",
  "caption",
  "shown",
  // As in votes.csv.
  "picture_sha256s",
  "rater",
  "reason",
  "text",
  "skipped",
  "reported_at",
] as const;

export function reportsToCsv(reports: readonly RecordedReport[]): string {
  const rows = reports.map((report) =>
    [
      report.criterion,
      report.kind,
      report.caption,
      JSON.stringify(report.shown),
      JSON.stringify(report.imageSha256s),
      report.rater,
      report.reason,
      report.text,
      String(report.skipped),
      report.reportedAt.toISOString(),
    ].map(protectCell),
  );
  return stringify([[...reportColumns], ...rows]);
}
