/** How one reader wants the rater's pages: kept in a cookie, so that the server draws them that way at once. */
import { z } from "zod";
import { raterLanguages } from "@/lib/studies/design/study-design";

export type RaterLanguage = (typeof raterLanguages)[number];

/** Sizes of the caption, as multiples of the usual one. */
export const captionScales = [0.85, 1, 1.25, 1.5, 2] as const;

const displaySettings = z.object({
  /** Null: the language that the study offers first. */
  language: z.enum(raterLanguages).nullable().default(null),
  captionScale: z.literal(captionScales).default(1),
  /** On top of what the system asks for: the browser's own wish for more contrast always holds. */
  highContrast: z.boolean().default(false),
  /** Answering by letters, digits and signs; arrows always work. Speech input types such keys unasked (WCAG 2.1.4). */
  shortcuts: z.boolean().default(true),
});

export type DisplaySettings = z.infer<typeof displaySettings>;

/** One cookie for all studies: eyes do not change between them. */
export const displayCookieName = "rater-display";

const keptSeconds = 60 * 60 * 24 * 365;

/** @param cookie the cookie's value; what cannot be read is as good as none */
export function readDisplaySettings(cookie: string | undefined): DisplaySettings {
  try {
    return displaySettings.parse(JSON.parse(decodeURIComponent(cookie ?? "{}")));
  } catch {
    return displaySettings.parse({});
  }
}

/** What `document.cookie` is to be set to. */
export function toDisplayCookie(settings: DisplaySettings): string {
  const value = encodeURIComponent(JSON.stringify(settings));
  return `${displayCookieName}=${value}; Path=/; Max-Age=${keptSeconds}; SameSite=Lax`;
}

/** The next size up (1) or down (-1); the same where there is none. */
export function stepCaptionScale(
  scale: DisplaySettings["captionScale"],
  step: 1 | -1,
): DisplaySettings["captionScale"] {
  return captionScales[captionScales.indexOf(scale) + step] ?? scale;
}

/**
 * The language for pages that belong to no study: the reader's choice, else what their browser prefers.
 *
 * @param acceptLanguage the request's header, RFC 9110 section 12.5.4; browsers list the preferred language first
 */
export function readerLanguage(settings: DisplaySettings, acceptLanguage: string | null): RaterLanguage {
  if (settings.language) return settings.language;
  const asked = (acceptLanguage ?? "").split(",").map((tag) => tag.trim().slice(0, 2).toLowerCase());
  return asked.find(isRaterLanguage) ?? "en";
}

/** The interface's language for a study's, which may be one that there are no strings for. */
export function toRaterLanguage(tag: string): RaterLanguage {
  return isRaterLanguage(tag) ? tag : "en";
}

function isRaterLanguage(tag: string): tag is RaterLanguage {
  return (raterLanguages as readonly string[]).includes(tag);
}
