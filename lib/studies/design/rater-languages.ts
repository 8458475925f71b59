/** Interface languages that raters can be offered. */
export const raterLanguages = ["en", "de"] as const;
export type RaterLanguage = (typeof raterLanguages)[number];
