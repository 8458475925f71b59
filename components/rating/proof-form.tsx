/** The form by which somebody begins: it is sent once the browser has solved its challenge, or at once where there is none. */
"use client";

import { type ReactNode, useEffect, useRef, useState } from "react";
import { buttonClass } from "../button-class";
import { useProof } from "./use-proof";

export function ProofForm({
  action,
  method = "post",
  challenge,
  strings,
  children,
}: {
  action: string;
  method?: "post" | "get";
  /** Null where nothing has to be solved. */
  challenge: string | null;
  strings: { readonly begin: string; readonly proving: string };
  children: ReactNode;
}) {
  const { isLive, proof } = useProof(challenge);
  const form = useRef<HTMLFormElement>(null);
  /** Whether the form waits for the proof. */
  const [isWaiting, setIsWaiting] = useState(false);
  useEffect(() => {
    if (!isWaiting || proof === null) return;
    setIsWaiting(false);
    form.current?.requestSubmit();
  }, [isWaiting, proof]);
  return (
    <form
      ref={form}
      action={action}
      method={method}
      className="mt-8"
      onSubmit={(event) => {
        if (challenge === null || proof !== null) return;
        event.preventDefault();
        setIsWaiting(true);
      }}
    >
      {proof === null ? null : <input type="hidden" name="proof" value={proof} />}
      {children}
      <button
        type="submit"
        // Without its script the page could not prove anything.
        disabled={!isLive}
        className={buttonClass("primary", "md", "min-h-13 px-6 text-base")}
      >
        {strings.begin}
      </button>
      <p role="status" className="mt-3 text-muted text-sm empty:hidden">
        {isWaiting ? strings.proving : ""}
      </p>
    </form>
  );
}
