/** One's own account: name, address, password, where one is signed in. */
import type { Metadata } from "next";
import { parameter, type SearchParams } from "@/components/list-query";
import { Notice } from "@/components/notice";
import { Toaster } from "@/components/toaster";
import { howToGetALink } from "@/lib/platform/accounts/how-to-get-a-link";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { roleNames, roles } from "@/lib/platform/accounts/roles";
import { listOwnSessions } from "@/lib/platform/accounts/user-sessions";
import { AccountForm } from "./account-form";
import { SignedInBrowsers } from "./signed-in-browsers";

export const metadata: Metadata = { title: "Your account" };

/** What the address says has just been changed. */
const changes = new Map([
  ["password", "password"],
  ["address", "e-mail address"],
]);

export default async function AccountPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const member = await requireRole(...roles);
  const params = await searchParams;
  const changed = changes.get(parameter(params, "changed") ?? "");
  const welcome = parameter(params, "welcome") === "1" && !member.hasPassword;
  return (
    <>
      <h1 className="font-serif text-4xl leading-tight tracking-[-0.01em]">
        {welcome ? "Welcome to Semblance" : "Your account"}
      </h1>
      <p className="mt-2 mb-9 max-w-[60ch] text-muted">
        {welcome
          ? "You signed in with a one-time link. Enter the e-mail address you want to sign in with and set a password, so that you can come back."
          : `You are ${article(roleNames[member.role].label)} ${roleNames[member.role].label.toLowerCase()}. ${roleNames[member.role].text}`}
      </p>
      <div className="grid gap-9">
        {changed ? (
          <Notice title={`Your ${changed} has been changed.`}>
            You have been signed out everywhere else.
          </Notice>
        ) : null}
        {member.hasPassword || welcome ? null : (
          <Notice kind="warning" title="You have no password yet.">
            Without one, you will need a new link when this session ends.{" "}
            {member.hasFreshLink
              ? "Set one below."
              : `You signed in more than an hour ago, so setting one needs a new link too. ${howToGetALink(member)}`}
          </Notice>
        )}
        <AccountForm
          name={member.name}
          email={member.email}
          hasPassword={member.hasPassword}
          askCurrent={member.hasPassword && !member.hasFreshLink}
          welcome={welcome}
        />
        {welcome ? null : <SignedInBrowsers sessions={await listOwnSessions(member)} />}
      </div>
      <Toaster />
    </>
  );
}

function article(word: string): "a" | "an" {
  return /^[aeiou]/i.test(word) ? "an" : "a";
}
