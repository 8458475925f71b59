/** Where one is signed in, with a way to sign out of each browser, or of all of them. */
import { userAgentFromString } from "next/server";
import { ActionButton } from "@/components/action-button";
import { Badge } from "@/components/badge";
import { FieldGroup } from "@/components/field";
import { Time } from "@/components/time";
import type { UserSession } from "@/lib/platform/accounts/user-sessions";
import { endSessionAction } from "./actions";
import { SignOutEverywhere } from "./sign-out-everywhere";

export function SignedInBrowsers({ sessions }: { sessions: UserSession[] }) {
  return (
    <FieldGroup
      title="Where you are signed in"
      text="You stay signed in for two weeks. If you do not recognise a browser, sign out everywhere and change your password."
    >
      <ul className="grid divide-y border-y">
        {sessions.map((session) => (
          <li key={session.id} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 py-3">
            <div className="min-w-0 flex-1 basis-60">
              <p className="font-semibold">
                {browserName(session.browser)}
                {session.own ? (
                  <>
                    {" "}
                    <Badge tone="good">This browser</Badge>
                  </>
                ) : null}
              </p>
              <p className="text-[0.8125rem] text-muted [overflow-wrap:anywhere]">
                Signed in <Time at={session.createdAt.toISOString()} /> by{" "}
                {session.cameByLink ? "link" : "password"}, last used{" "}
                <Time at={session.lastSeenAt.toISOString()} relative /> from {session.address}
              </p>
            </div>
            {session.own ? null : (
              <ActionButton
                label="Sign out"
                size="sm"
                act={endSessionAction.bind(null, { sessionId: session.id })}
                done="Signed out in that browser"
              />
            )}
          </li>
        ))}
      </ul>
      <div className="justify-self-start">
        <SignOutEverywhere />
      </div>
    </FieldGroup>
  );
}

/** Such as "Firefox on Linux". */
function browserName(userAgent: string): string {
  const { browser, os } = userAgentFromString(userAgent);
  if (!browser.name) return "Unknown browser";
  return os.name ? `${browser.name} on ${os.name}` : browser.name;
}
