/** Ends the session in this browser. */
"use client";

import { LogOut } from "lucide-react";
import { signOut } from "next-auth/react";
import { useState } from "react";
import { Button } from "./button";

export function SignOutButton() {
  const [pending, setPending] = useState(false);
  async function leave() {
    setPending(true);
    await signOut({ redirect: false });
    window.location.assign("/");
  }
  return (
    <Button
      size="sm"
      pending={pending}
      onClick={leave}
      icon={<LogOut className="size-4" aria-hidden="true" />}
    >
      Sign out
    </Button>
  );
}
