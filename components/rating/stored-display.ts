/** How the reader of this request wants the rater's pages, as their browser says. */
import { cookies, headers } from "next/headers";
import type { RaterLanguage } from "@/lib/studies/design/rater-languages";
import {
  type DisplaySettings,
  displayCookieName,
  readDisplaySettings,
  readerLanguage,
} from "./display-settings";

/** `language`: for pages that belong to no study. */
export async function storedDisplay(): Promise<{ display: DisplaySettings; language: RaterLanguage }> {
  const display = readDisplaySettings((await cookies()).get(displayCookieName)?.value);
  return { display, language: readerLanguage(display, (await headers()).get("accept-language")) };
}
