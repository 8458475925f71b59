/** Uses the one-time link up. */
"use client";

import { signIn } from "next-auth/react";
import { useState } from "react";
import { Button } from "@/components/button";
import { Notice } from "@/components/notice";
import { type SignInFailure, toSignInFailure } from "../sign-in-form";

export function LinkButton({ token, next }: { token: string; next: string }) {
  const [failure, setFailure] = useState<SignInFailure | null>(null);
  const [pending, setPending] = useState(false);

  async function enter() {
    setPending(true);
    setFailure(null);
    try {
      const answer = await signIn("link", { redirect: false, token });
      if (!answer?.error) {
        window.location.assign(next);
        return;
      }
      setFailure(toSignInFailure(answer.error));
    } catch {
      setFailure({ message: "The server did not answer.", remedy: "Check the connection and try again." });
    }
    setPending(false);
  }

  return (
    <div className="grid gap-5">
      {failure ? (
        <Notice kind="error" title={failure.message}>
          {failure.remedy}
        </Notice>
      ) : null}
      <Button variant="primary" pending={pending} onClick={enter} className="justify-self-start">
        Sign in
      </Button>
    </div>
  );
}
