/** Raters are known by names that lead back to nobody. */
import { createHmac } from "node:crypto";

/** What a rater is called in exports. @param key the study's invite token */
export function raterPseudonym(raterId: string, key: string): string {
  return `r-${createHmac("sha256", key).update(raterId).digest("hex").slice(0, 12)}`;
}
