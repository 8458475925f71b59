/** Going on at another device: the code to take there, and the field to type it into. */
"use client";

import { useState } from "react";
import { buttonClass } from "../button-class";
import type { RaterStrings } from "./strings/rater-strings";

/** @param fetchCode null where there is no code just now */
export function DeviceCode({
  strings,
  fetchCode,
}: {
  strings: RaterStrings;
  fetchCode: () => Promise<string | null>;
}) {
  const [code, setCode] = useState<string | "failed" | null>(null);
  return (
    <div className="mt-6 border-t border-line pt-4 text-sm">
      {code === null || code === "failed" ? (
        <button
          type="button"
          className="min-h-11 rounded-md border border-field px-3"
          onClick={async () => setCode((await fetchCode()) ?? "failed")}
        >
          {strings.otherDevice}
        </button>
      ) : null}
      <p role="status" className="empty:hidden">
        {code === "failed" ? <span className="mt-2 block">{strings.otherDeviceFailed}</span> : null}
        {code !== null && code !== "failed" ? (
          <>
            {strings.otherDeviceText}{" "}
            <code className="mt-2 block select-all text-2xl tracking-wide">{code}</code>
          </>
        ) : null}
      </p>
    </div>
  );
}

/** @param ids what the link carries, so that nothing of it is lost */
export function DeviceCodeForm({
  strings,
  action,
  ids,
}: {
  strings: RaterStrings;
  action: string;
  ids: Readonly<Record<string, string>>;
}) {
  return (
    <form action={action} method="post" className="mt-4">
      {Object.entries(ids).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <label htmlFor="code" className="block">
        {strings.codeLabel}
      </label>
      <p id="code-help" className="mt-1 text-muted text-sm">
        {strings.codeHelp}
      </p>
      <div className="mt-2 flex flex-wrap gap-3">
        <input
          id="code"
          name="code"
          required
          aria-describedby="code-help"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          placeholder="XXXXX-XXXXX"
          maxLength={20}
          className="min-h-13 w-44 rounded-md border border-field bg-surface px-3 font-mono uppercase tracking-wide"
        />
        <button type="submit" className={buttonClass("secondary", "md", "min-h-13 px-5 text-base")}>
          {strings.codeSubmit}
        </button>
      </div>
    </form>
  );
}
