/** Where people with an account come in. */
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { parameter, type SearchParams } from "@/components/list-query";
import { currentUser } from "@/lib/platform/accounts/current-user";
import { ownPath } from "./own-path";
import { SignInForm } from "./sign-in-form";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const next = ownPath(parameter(await searchParams, "next"));
  if (await currentUser()) redirect(next);
  return (
    <>
      <h1 className="font-serif text-4xl leading-tight tracking-[-0.01em]">Sign in</h1>
      <p className="mt-2 mb-8 text-muted">
        For researchers and administrators. To rate images, open your study’s link; you do not need an
        account.
      </p>
      <SignInForm next={next} />
      <p className="mt-8 border-t pt-5 text-sm text-muted">
        No password yet, or forgotten it? Ask an administrator for a sign-in link. Administrators can create
        one on the machine that runs Semblance:{" "}
        <code className="font-mono text-[0.8125rem] text-ink">
          npx semblance sign-in-link you@example.org
        </code>
        . Until somebody has set a password,{" "}
        <code className="font-mono text-[0.8125rem] text-ink">npm start</code> prints one too.
      </p>
    </>
  );
}
