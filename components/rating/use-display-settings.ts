/** A reader's display settings, changed at once and remembered in this browser. */
"use client";

import { useCallback, useState } from "react";
import type { RaterLanguage } from "@/lib/studies/design/rater-languages";
import { type DisplaySettings, toDisplayCookie, toRaterLanguage } from "./display-settings";
import { type RaterStrings, raterStrings } from "./strings/rater-strings";

export type Display = {
  settings: DisplaySettings;
  change: (changed: Partial<DisplaySettings>) => void;
  /** The language on the screen: the reader's choice, else the study's. */
  language: RaterLanguage;
  strings: RaterStrings;
};

/** @param studyLanguage BCP 47 tag of the language that the study offers first */
export function useDisplaySettings(stored: DisplaySettings, studyLanguage: string): Display {
  const [settings, setSettings] = useState(stored);
  const change = useCallback((changed: Partial<DisplaySettings>) => {
    setSettings((before) => {
      const after = { ...before, ...changed };
      // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing from Firefox and from plain http
      document.cookie = toDisplayCookie(after);
      return after;
    });
  }, []);
  const language = settings.language ?? toRaterLanguage(studyLanguage);
  return { settings, change, language, strings: raterStrings(language) };
}
