import { counted } from "@/lib/text/counted";

/** What differs between two values of JSON, one line for each place. */

/**
 * Lines such as `qualityControl.goldItems: 0 → 2`, in the order of the newer value, what was dropped last. Lists of
 * equal length are compared entry by entry, others as a whole.
 */
export function changesBetween(before: unknown, after: unknown, place = ""): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(after), ...Object.keys(before)])];
    return keys.flatMap((key) =>
      changesBetween(before[key], after[key], place === "" ? key : `${place}.${key}`),
    );
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return after.flatMap((entry, index) => changesBetween(before[index], entry, `${place}.${index + 1}`));
  }
  return [`${place}: ${show(before)} → ${show(after)}`];
}

function show(value: unknown): string {
  if (value === undefined || value === null || value === "") return "nothing";
  if (typeof value === "string") return `“${cut(value)}”`;
  if (Array.isArray(value)) return counted(value.length, "entry", "entries");
  return cut(JSON.stringify(value));
}

function cut(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
