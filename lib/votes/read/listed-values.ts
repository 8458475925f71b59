/** Several values in one cell: as JSON, or as Python prints lists and dictionaries. */
import { counted } from "@/lib/text/counted";

/** In the order of the cell, by name where it names them; null for a cell that holds one value. */
export function listedValues(cell: string): readonly unknown[] | Readonly<Record<string, unknown>> | null {
  if (!/^\s*[[{]/.test(cell)) return null;
  const values = parsed(cell) ?? parsed(cell.replaceAll("'", '"').replace(/\b(?:nan|None)\b/gi, "null"));
  return values !== null && typeof values === "object" ? values : null;
}

function parsed(text: string): readonly unknown[] | Readonly<Record<string, unknown>> | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** One of the values in a cell, with whose it is where the cell says so. */
export type CellValue = { readonly text: string; readonly arm?: string; readonly rater?: string };

/**
 * The values of a cell of scores or ranks. They belong to models by name, or to the models or raters whose lists are
 * beside them; values in a list of their own are the first rater's, the second's, and so on.
 *
 * @param beside cells of the same row
 * @returns in words why lists do not fit together
 */
export function cellValues(cell: string, beside: { arm?: string; rater?: string }): CellValue[] | string {
  const values = listedValues(cell);
  if (values === null)
    return [{ text: cell, ...(beside.rater === undefined ? { rater: placeName(0) } : {}) }];
  if (!Array.isArray(values)) {
    const byModel = Object.entries(values).map(([arm, value]) => ofModel(arm, value, beside));
    const fault = byModel.find((each) => typeof each === "string");
    return fault === undefined ? (byModel.flat() as CellValue[]) : fault;
  }
  for (const owner of ["arm", "rater"] as const) {
    const owners = listedValues(beside[owner] ?? "");
    if (owners === null) continue;
    if (!Array.isArray(owners) || owners.length !== values.length) {
      return `there ${values.length === 1 ? "is 1 value" : `are ${values.length} values`} for ${owner === "arm" ? counted(Object.keys(owners).length, "model", "models") : counted(Object.keys(owners).length, "rater", "raters")}`;
    }
    return values.map((value, at) => ({ text: textOf(value), [owner]: String(owners[at]) }));
  }
  if (beside.rater !== undefined) return `there are ${values.length} values, but one rater`;
  return values.map((value, at) => ({ text: textOf(value), rater: placeName(at) }));
}

function ofModel(arm: string, value: unknown, beside: { rater?: string }): CellValue[] | string {
  if (value !== null && typeof value === "object" && !Array.isArray(value))
    return `“${arm}” has values with names of their own; a number or a list is wanted`;
  const own = cellValues(textOf(value), beside);
  return typeof own === "string" ? own : own.map((each) => ({ ...each, arm }));
}

/** Whoever gave the values at a place of lists. */
function placeName(at: number): string {
  return `rater ${at + 1}`;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value).trim();
}
