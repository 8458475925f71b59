/** A dialog over a rater's page, by the browser's own element: it holds the focus, and Escape closes it. */
"use client";

import { type ComponentProps, type RefObject, useLayoutEffect, useRef } from "react";
import { classNames } from "../class-names";

/**
 * Open for as long as it is rendered. A click beside its contents closes it as well, so the element itself has no padding.
 *
 * @param props.opener gets the focus when it closes; where absent, what had it before
 */
export function ModalDialog({
  opener,
  onClose,
  className,
  ...rest
}: Omit<ComponentProps<"dialog">, "ref" | "open"> & {
  opener?: RefObject<HTMLElement | null>;
  onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const before = opener?.current ?? document.activeElement;
    const element = dialog.current;
    element?.showModal();
    return () => {
      // While it is open, nothing outside of it can have the focus.
      element?.close();
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, [opener]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the browser closes it on Escape
    <dialog
      ref={dialog}
      // A click beside its controls leaves the focus inside.
      tabIndex={-1}
      // The browser would hide it at once and tell of it later; a key pressed in between would still be the dialog's.
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClose={onClose}
      onClick={(event) => event.target === event.currentTarget && onClose()}
      className={classNames("fixed max-w-none overscroll-contain text-base text-ink outline-none", className)}
      {...rest}
    />
  );
}
