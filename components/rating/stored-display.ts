/** How the reader of a request wants the rater's pages, as their browser says. */
import type { IncomingHttpHeaders } from "node:http";
import type { RaterLanguage } from "@/lib/studies/design/rater-languages";
import {
  type DisplaySettings,
  displayCookieName,
  readDisplaySettings,
  readerLanguage,
} from "./display-settings";

/** `language`: for pages that belong to no study. */
export function storedDisplay(request: {
  cookies: Partial<Record<string, string>>;
  headers: IncomingHttpHeaders;
}): { display: DisplaySettings; language: RaterLanguage } {
  const display = readDisplaySettings(request.cookies[displayCookieName]);
  return { display, language: readerLanguage(display, request.headers["accept-language"] ?? null) };
}
