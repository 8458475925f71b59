import type { ShareOfTheWay } from "./share-of-the-way";

/** The confidence set of a share in words. @param format of one share */
export function shareSetText(
  { low, high, excluded }: Pick<ShareOfTheWay, "low" | "high" | "excluded">,
  format: (share: number) => string,
): string {
  if (low !== null && high !== null) return `${format(low)} to ${format(high)}`;
  return excluded === null
    ? "no limit: any share is possible"
    : `at most ${format(excluded.low)}, or at least ${format(excluded.high)}`;
}
