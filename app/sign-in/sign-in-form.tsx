/** E-mail address and password. */
"use client";

import { signIn } from "next-auth/react";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { TextField } from "@/components/field";
import { Notice } from "@/components/notice";

export type SignInFailure = { message: string; remedy?: string };

/** What sign-in was refused for; NextAuth hands it over as the text of an error. */
export function toSignInFailure(error: string): SignInFailure {
  try {
    return JSON.parse(error);
  } catch {
    return { message: "Signing in did not work.", remedy: "Reload the page and try again." };
  }
}

export function SignInForm({ next }: { next: string }) {
  const [failure, setFailure] = useState<SignInFailure | null>(null);
  const [pending, setPending] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setPending(true);
    setFailure(null);
    try {
      const answer = await signIn("password", {
        redirect: false,
        email: String(form.get("email")),
        password: String(form.get("password")),
      });
      if (answer?.error) setFailure(toSignInFailure(answer.error));
      else {
        // A full load, so that nothing drawn for a stranger stays.
        window.location.assign(next);
        return;
      }
    } catch {
      setFailure({ message: "The server did not answer.", remedy: "Check the connection and try again." });
    }
    setPending(false);
  }

  return (
    <form onSubmit={submit} className="grid gap-5">
      {failure ? (
        <Notice kind="error" title={failure.message}>
          {failure.remedy}
        </Notice>
      ) : null}
      <TextField label="E-mail address" name="email" type="email" autoComplete="username" required />
      <TextField label="Password" name="password" type="password" autoComplete="current-password" required />
      <Button type="submit" variant="primary" pending={pending} className="justify-self-start">
        Sign in
      </Button>
    </form>
  );
}
