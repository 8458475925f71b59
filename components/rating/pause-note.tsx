/** Shown instead of the item during a pause. */
"use client";

import { useEffect, useRef } from "react";
import { DeviceCode } from "./device-code";
import type { RaterStrings } from "./strings/rater-strings";

export function PauseNote({
  strings,
  fetchCode,
  onGoOn,
}: {
  strings: RaterStrings;
  fetchCode: () => Promise<string | null>;
  onGoOn: () => void;
}) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <section className="my-6 rounded-lg border border-line bg-surface p-6 text-center">
      <h2 className="font-serif text-2xl">{strings.paused}</h2>
      <p className="mt-2 text-muted">{strings.pausedText}</p>
      <button
        ref={button}
        type="button"
        className="mt-4 min-h-13 rounded-md bg-accent px-5 font-medium text-on-accent"
        onClick={onGoOn}
      >
        {strings.goOn}
      </button>
      <DeviceCode strings={strings} fetchCode={fetchCode} />
    </section>
  );
}
