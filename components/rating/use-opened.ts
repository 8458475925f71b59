/** What a page that is the same for everybody asks the server for, once it is in the browser (decision 53). */
"use client";

import { useEffect, useState } from "react";
import type { RaterLanguage } from "@/lib/studies/design/rater-languages";
import {
  type DisplaySettings,
  displayCookieName,
  readDisplaySettings,
  readerLanguage,
} from "./display-settings";
import { firstRetryMs, longestRetryMs, untilRetry } from "./until-retry";

/** How this browser's reader wants the page; `language`: for what belongs to no study. */
type Reader = { display: DisplaySettings; language: RaterLanguage };

/** `id`: what the page's address names, a study or a desk. */
export type Opening<Opened> =
  | { state: "opening" }
  /** The server is out of reach, or too busy; it is asked again. */
  | { state: "away"; id: string; reader: Reader }
  | { state: "unknown" | "refused"; id: string; reader: Reader }
  | { state: "opened"; id: string; reader: Reader; opened: Opened };

/** @param api where the request goes, such as "/api/rate": the page's id and "/open" follow */
export function useOpened<Opened>(api: string): Opening<Opened> {
  const [opening, setOpening] = useState<Opening<Opened>>({ state: "opening" });
  useEffect(() => {
    let isLeft = false;
    const id = window.location.pathname.split("/")[2] ?? "";
    const reader = readReader();
    const open = async () => {
      for (let waitMs = firstRetryMs; !isLeft; waitMs = Math.min(2 * waitMs, longestRetryMs)) {
        const reply = await ask<Opened>(`${api}/${id}/open`);
        if (isLeft) return;
        if (reply !== "away") {
          setOpening(
            typeof reply === "string"
              ? { state: reply, id, reader }
              : { state: "opened", id, reader, ...reply },
          );
          return;
        }
        setOpening({ state: "away", id, reader });
        await untilRetry(waitMs);
      }
    };
    void open();
    return () => {
      isLeft = true;
    };
  }, [api]);
  return opening;
}

async function ask<Opened>(address: string): Promise<{ opened: Opened } | "away" | "unknown" | "refused"> {
  try {
    const response = await fetch(address, { method: "POST" });
    if (response.status >= 500 || response.status === 408 || response.status === 429) return "away";
    const reply = (await response.json()) as Opened & { error?: { code?: unknown } };
    if (response.ok) return { opened: reply };
    return reply.error?.code === "not_signed_in" ? "unknown" : "refused";
  } catch {
    // No connection, or an answer that is not Semblance's own, such as the sign-in page of a network.
    return "away";
  }
}

function readReader(): Reader {
  const stored = document.cookie.split("; ").find((each) => each.startsWith(`${displayCookieName}=`));
  const display = readDisplaySettings(stored?.slice(displayCookieName.length + 1));
  return { display, language: readerLanguage(display, navigator.languages.join(",")) };
}
