/** What a form was refused for, above its buttons. */
"use client";

import type { ActionFailure } from "@/lib/platform/accounts/protected-action";
import { Notice } from "./notice";

export function FormFailure({ failure }: { failure: ActionFailure | null }) {
  if (!failure) return null;
  return (
    <Notice kind="error" title={failure.message}>
      {failure.remedy}
    </Notice>
  );
}
