/** How one reader wants the rater's pages: kept in a cookie, so that the server draws them that way at once. */
import { type RaterLanguage, raterLanguages } from "@/lib/studies/design/rater-languages";

/** Sizes of the caption, as multiples of the usual one. */
export const captionScales = [0.85, 1, 1.25, 1.5, 2] as const;

export type DisplaySettings = {
  /** Null: the language that the study offers first. */
  language: RaterLanguage | null;
  captionScale: (typeof captionScales)[number];
  /** On top of what the system asks for: the browser's own wish for more contrast always holds. */
  highContrast: boolean;
  /** Answering by letters, digits and signs; arrows always work. Speech input types such keys unasked (WCAG 2.1.4). */
  shortcuts: boolean;
};

/** What each setting may be, the usual value first. A schema library would be a fifth of the page's scripts. */
const settingValues: { [Name in keyof DisplaySettings]: readonly DisplaySettings[Name][] } = {
  language: [null, ...raterLanguages],
  captionScale: [1, ...captionScales],
  highContrast: [false, true],
  shortcuts: [true, false],
};

/** One cookie for all studies: eyes do not change between them. */
export const displayCookieName = "rater-display";

const keptSeconds = 60 * 60 * 24 * 365;

/** @param cookie the cookie's value; what cannot be read is as good as none, each setting by itself */
export function readDisplaySettings(cookie: string | undefined): DisplaySettings {
  const stored = readObject(cookie);
  const read = <Name extends keyof DisplaySettings>(name: Name): DisplaySettings[Name] => {
    const values = settingValues[name];
    return values.find((value) => value === stored[name]) ?? values[0]!;
  };
  return {
    language: read("language"),
    captionScale: read("captionScale"),
    highContrast: read("highContrast"),
    shortcuts: read("shortcuts"),
  };
}

function readObject(cookie: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const stored: unknown = JSON.parse(decodeURIComponent(cookie ?? "{}"));
    return Object(stored) as Record<string, unknown>;
  } catch {
    return {};
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
