/** Dialogs over the page: `Dialog` for short forms, `ConfirmDialog` before what cannot be undone. */
"use client";

import { X } from "lucide-react";
import { AlertDialog, Dialog as RadixDialog } from "radix-ui";
import { type ReactNode, useState } from "react";
import { Button } from "./button";
import { type ButtonVariant, buttonClass } from "./button-class";

const overlayClass = "fixed inset-0 z-40 bg-black/45";
const contentClass =
  "fixed inset-x-4 top-1/2 z-50 mx-auto max-h-[85dvh] max-w-lg -translate-y-1/2 overflow-y-auto rounded-lg border " +
  "bg-surface p-6 shadow-raised";

/** `trigger` is the button that opens it; `children` receives `close`. */
export function Dialog({
  trigger,
  title,
  text,
  children,
}: {
  trigger: ReactNode;
  title: string;
  text?: ReactNode;
  children: (close: () => void) => ReactNode;
}) {
  const [open, setOpen] = useState(false);
  return (
    <RadixDialog.Root open={open} onOpenChange={setOpen}>
      <RadixDialog.Trigger asChild>{trigger}</RadixDialog.Trigger>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={overlayClass} />
        <RadixDialog.Content className={contentClass} {...(text ? {} : { "aria-describedby": undefined })}>
          <div className="flex items-start justify-between gap-6">
            <RadixDialog.Title className="font-serif text-2xl leading-tight">{title}</RadixDialog.Title>
            <RadixDialog.Close className={buttonClass("quiet", "sm", "-me-2 -mt-1")} aria-label="Close">
              <X className="size-4" aria-hidden="true" />
            </RadixDialog.Close>
          </div>
          {text ? (
            <RadixDialog.Description asChild>
              <div className="mt-2 text-sm text-muted">{text}</div>
            </RadixDialog.Description>
          ) : null}
          <div className="mt-5">{children(() => setOpen(false))}</div>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

/**
 * A button that asks before it acts. `onConfirm` resolves when the deed is done; the dialog waits for it and
 * stays open where it resolves to false.
 */
export function ConfirmDialog({
  label,
  icon,
  variant = "secondary",
  size,
  title,
  text,
  confirmLabel,
  confirmVariant = "danger",
  onConfirm,
}: {
  label: string;
  icon?: ReactNode;
  variant?: ButtonVariant;
  size?: "sm" | "md";
  title: string;
  text: ReactNode;
  confirmLabel: string;
  confirmVariant?: ButtonVariant;
  onConfirm: () => Promise<boolean | undefined>;
}) {
  const [open, setOpen] = useState(false);
  const [pending, setPending] = useState(false);
  async function confirm() {
    setPending(true);
    try {
      if ((await onConfirm()) !== false) setOpen(false);
    } finally {
      setPending(false);
    }
  }
  return (
    <AlertDialog.Root open={open} onOpenChange={setOpen}>
      <AlertDialog.Trigger asChild>
        <Button variant={variant} {...(size ? { size } : {})} icon={icon}>
          {label}
        </Button>
      </AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={overlayClass} />
        <AlertDialog.Content className={contentClass}>
          <AlertDialog.Title className="font-serif text-2xl leading-tight">{title}</AlertDialog.Title>
          <AlertDialog.Description asChild>
            <div className="mt-2 text-sm text-muted">{text}</div>
          </AlertDialog.Description>
          <div className="mt-6 flex flex-wrap justify-end gap-2.5">
            <AlertDialog.Cancel className={buttonClass("secondary")}>Cancel</AlertDialog.Cancel>
            <Button variant={confirmVariant} pending={pending} onClick={confirm}>
              {confirmLabel}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
