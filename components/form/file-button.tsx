/** A button that opens the choice of a file, for forms that are sent as soon as one has been chosen. */
"use client";

import type { ReactNode } from "react";
import { useRef } from "react";
import { Button } from "../button";

/**
 * @param props.accept endings, as the attribute of the same name takes them
 * @param props.label names the field for screen readers
 * @param props.onChosen keeps the file in the form; the form is sent once it returns
 */
export function FileButton({
  name,
  accept,
  label,
  icon,
  pending,
  onChosen,
  children,
}: {
  name: string;
  accept: string;
  label: string;
  icon: ReactNode;
  pending: boolean;
  onChosen: (file: File) => void | Promise<void>;
  children: ReactNode;
}) {
  const input = useRef<HTMLInputElement>(null);
  const take = async (target: HTMLInputElement) => {
    const file = target.files?.[0];
    if (!file) return;
    await onChosen(file);
    target.form?.requestSubmit();
    // The same file, corrected, can be chosen again.
    target.value = "";
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        name={name}
        accept={accept}
        className="sr-only"
        tabIndex={-1}
        aria-label={label}
        onChange={({ target }) => void take(target)}
      />
      <Button pending={pending} icon={icon} onClick={() => input.current?.click()}>
        {children}
      </Button>
    </>
  );
}
