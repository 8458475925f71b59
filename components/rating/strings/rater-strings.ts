/** The strings of a rater's language. */
import { de } from "./de";
import { en, type RaterStrings } from "./en";

const languages: Record<string, RaterStrings> = { en, de };

export type { RaterStrings };

/** @param language BCP 47; English for a language that there are no strings for */
export function raterStrings(language: string): RaterStrings {
  return languages[language] ?? en;
}
