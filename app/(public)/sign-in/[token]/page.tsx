/** Where a one-time link leads. Opening it changes nothing: previewers of messages open links too. */
import type { Metadata } from "next";
import { headers } from "next/headers";
import { ButtonLink } from "@/components/button";
import { Message } from "@/components/message";
import { SemblanceError } from "@/lib/errors";
import { currentUser } from "@/lib/platform/accounts/current-user";
import { findSignInLink } from "@/lib/platform/accounts/redeem-sign-in-link";
import { visitorOf } from "@/lib/platform/accounts/visitor";
import { LinkButton } from "./link-button";

export const metadata: Metadata = { title: "Sign in by link" };

export default async function SignInLinkPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const found = await findSignInLink(token, visitorOf(await headers())).catch((error: unknown) => {
    if (error instanceof SemblanceError) return error;
    throw error;
  });
  if (found instanceof SemblanceError) {
    // People who open their link a second time are often already signed in.
    const member = await currentUser();
    return (
      <Message
        mark="Sign-in link"
        title={found.message}
        text={<p>{member ? `You are signed in already, as ${member.email}.` : found.remedy}</p>}
        actions={
          <ButtonLink href={member ? "/account" : "/sign-in"} variant="primary">
            {member ? "Your account" : "Sign in with a password"}
          </ButtonLink>
        }
      />
    );
  }
  return (
    <>
      <h1 className="font-serif text-4xl leading-tight tracking-[-0.01em]">Welcome, {found.name}</h1>
      <p className="mt-3 mb-8 text-muted">
        This link signs you in once, as {found.email}. You can then set your own password.
      </p>
      <LinkButton token={token} next={found.passwordHash === null ? "/account?welcome=1" : "/account"} />
    </>
  );
}
