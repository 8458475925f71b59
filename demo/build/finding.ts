/** A figure of the demo that is off, and how figures are compared. */
import { isDeepStrictEqual } from "node:util";

export type Finding = { readonly figure: string; readonly problem: string };

/** Equal up to what another processor's rounding changes. */
export function isSame(a: unknown, b: unknown): boolean {
  if (typeof a === "number" && typeof b === "number") {
    return Math.abs(a - b) <= 1e-3 * Math.max(Math.abs(a), Math.abs(b)) + 1e-6;
  }
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
    return isDeepStrictEqual(a, b);
  }
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) =>
    isSame((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
  );
}
