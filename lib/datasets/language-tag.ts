/** The tag of the language that captions are written in. */
import { z } from "zod";

/** A BCP 47 tag such as en, pt-BR or zh-Hant, in its canonical form. */
export const captionLanguage = z
  .string()
  .trim()
  .max(35)
  .transform((tag, context) => {
    try {
      return Intl.getCanonicalLocales(tag)[0]!;
    } catch {
      context.addIssue(`“${tag}” is not a language tag. Use one such as en, de or pt-BR.`);
      return z.NEVER;
    }
  })
  .default("en");

export const captionLanguageChange = z.object({ datasetId: z.uuid(), captionLanguage });

/** In English: "Brazilian Portuguese (pt-BR)"; the tag alone where the language is not known. */
export function languageToText(tag: string): string {
  const name = new Intl.DisplayNames(["en"], { type: "language", fallback: "none" }).of(tag);
  return name ? `${name} (${tag})` : tag;
}
