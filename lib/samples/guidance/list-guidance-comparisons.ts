/** Comparisons of guidances as the dashboard lists them. */
import { db } from "@/lib/platform/database/db";
import { type ListQuery, sortedPage } from "@/lib/platform/database/list-query";
import { type GuidanceComparison, readGuidanceComparisons } from "./get-guidance-comparison";

export const guidanceComparisonSortKeys = ["name", "createdAt"] as const;

/** @param query page from 1 */
export async function listGuidanceComparisons(
  query: ListQuery<(typeof guidanceComparisonSortKeys)[number]> = {},
): Promise<{ comparisons: GuidanceComparison[]; total: number }> {
  const [rows, total] = await Promise.all([
    db.guidanceComparison.findMany({ ...sortedPage(query, ["createdAt", "desc"]), select: { id: true } }),
    db.guidanceComparison.count(),
  ]);
  return { comparisons: await readGuidanceComparisons(rows.map(({ id }) => id)), total };
}
