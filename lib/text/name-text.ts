/** Names that people give: one line, without blanks around it, in Unicode's composed form (NFC). */
import { z } from "zod";

/**
 * A name typed on one system equals the same name typed on another, however each composes an é.
 *
 * @param missing what is said where there is none
 */
export function nameText(missing: string, longest: number) {
  return z
    .string()
    .trim()
    .normalize()
    .min(1, missing)
    .max(longest)
    .regex(/^[^\p{Cc}\u2028\u2029]*$/u, "Write the name on one line.");
}

/** The spellings under which a name may have been stored: as given, and composed. */
export function storedSpellings(name: string): string[] {
  return [...new Set([name, name.normalize()])];
}
