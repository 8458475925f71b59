/** What is said of the images of an imported set, field by field. */
import { db } from "@/lib/platform/database/db";

/** `values` are the most frequent ones; `more` others are not among them. */
export type OriginField = { name: string; values: string[]; more: number };

const mostValues = 5;

/** Model, seed, then the other fields by name; empty where nothing is said, and for drawn sets. */
export async function listOrigins(sampleSetId: string): Promise<OriginField[]> {
  const rows = await db.$queryRaw<{ name: string; value: string; count: bigint }[]>`
    SELECT field.key AS name, field.value, count(*) FROM "Sample" s
    CROSS JOIN LATERAL jsonb_each_text(
      (s.origin - 'file' - 'settings') || coalesce(s.origin -> 'settings', '{}')) AS field(key, value)
    WHERE s."sampleSetId" = ${sampleSetId}::uuid AND s.origin IS NOT NULL
    GROUP BY 1, 2 ORDER BY 3 DESC, 2`;
  const byName = new Map<string, string[]>();
  for (const { name, value } of rows) byName.set(name, [...(byName.get(name) ?? []), value]);
  const order = ["model", "seed"];
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return [...byName]
    .map(([name, found]) => ({
      name,
      values: found.slice(0, mostValues),
      more: Math.max(0, found.length - mostValues),
    }))
    .sort((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name));
}
