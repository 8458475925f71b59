/** A button that calls a server action and says how it ended. */
"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useTransition } from "react";
import { toast } from "sonner";
import type { ActionResult } from "@/lib/platform/accounts/protected-action";
import { Button } from "./button";
import type { ButtonSize, ButtonVariant } from "./button-class";
import { ConfirmDialog } from "./dialog";

/** Shows how an action ended, a success where `done` says what it is; true where it did what it should. */
export function reportResult(result: ActionResult<unknown>, done?: string): boolean {
  if (result.ok && done) toast.success(done);
  if (!result.ok) toast.error(result.message, { description: result.remedy });
  return result.ok;
}

/**
 * `act` is a server action with its input bound: `act={cancel.bind(null, { jobId })}`. With `confirm` it asks first;
 * with `goTo` it leads to another page afterwards.
 */
export function ActionButton({
  label,
  name,
  act,
  done,
  variant,
  size,
  icon,
  confirm,
  goTo,
}: {
  label: string;
  /** For screen readers, where several buttons of a page have the same label. It begins with that. */
  name?: string;
  act: () => Promise<ActionResult<unknown>>;
  /** What is said when it went well; nothing where the page itself shows it. */
  done?: string;
  variant?: ButtonVariant;
  size?: ButtonSize;
  icon?: ReactNode;
  confirm?: { title: string; text: string; label?: string; variant?: ButtonVariant };
  goTo?: string;
}) {
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  async function run(): Promise<boolean> {
    const ok = await act()
      .then((result) => reportResult(result, done))
      .catch(() => {
        toast.error("The server did not respond.", { description: "Check the connection and try again." });
        return false;
      });
    if (ok && goTo) router.push(goTo);
    else router.refresh();
    return ok;
  }
  const looks = { ...(variant ? { variant } : {}), ...(size ? { size } : {}), icon };
  if (confirm) {
    return (
      <ConfirmDialog
        label={label}
        {...looks}
        title={confirm.title}
        text={confirm.text}
        confirmLabel={confirm.label ?? label}
        {...(confirm.variant ? { confirmVariant: confirm.variant } : {})}
        onConfirm={run}
      />
    );
  }
  return (
    <Button
      {...looks}
      {...(name ? { "aria-label": name } : {})}
      pending={pending}
      onClick={() =>
        startTransition(async () => {
          await run();
        })
      }
    >
      {label}
    </Button>
  );
}
