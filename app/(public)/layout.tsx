/** The frame of the home page, signing in and one's own account. Signing in and out load pages again, so it is never stale. */
import type { ReactNode } from "react";
import { ButtonLink } from "@/components/button";
import { PublicFrame } from "@/components/public-frame";
import { SignOutButton } from "@/components/sign-out-button";
import { currentUser } from "@/lib/platform/accounts/current-user";

export default async function PublicLayout({ children }: { children: ReactNode }) {
  const member = await currentUser();
  return (
    <PublicFrame
      actions={
        member ? (
          <>
            {member.role === "RATER" ? null : (
              <ButtonLink href="/admin" size="sm">
                Open dashboard
              </ButtonLink>
            )}
            <SignOutButton />
          </>
        ) : (
          <ButtonLink href="/sign-in" size="sm">
            Sign in
          </ButtonLink>
        )
      }
    >
      {children}
    </PublicFrame>
  );
}
