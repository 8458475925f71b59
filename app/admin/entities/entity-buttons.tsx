/** Buttons that delete a thing, end the job that works on it, or take that job up again. */
"use client";

import { Play, RotateCcw, Square, Trash2 } from "lucide-react";
import type { ComponentProps } from "react";
import { ActionButton } from "@/components/action-button";
import { cancel, remove, retry } from "./actions";
import { entities } from "./entities";

type Looks = Pick<ComponentProps<typeof ActionButton>, "done" | "size">;

/** @param text what goes with the thing, and what stays */
export function DeleteButton({
  of,
  name,
  text,
  title = name ? `Delete ${name}?` : `Delete this ${entities[of.kind].noun}?`,
  confirmLabel = "Delete",
}: {
  of: Parameters<typeof remove>[0];
  /** What it is called; without one it is spoken of as "this evaluation". */
  name?: string;
  text: string;
  title?: string;
  confirmLabel?: string;
}) {
  const { noun, path } = entities[of.kind];
  return (
    <ActionButton
      label="Delete"
      icon={<Trash2 className="size-4" aria-hidden="true" />}
      act={remove.bind(null, of)}
      done={`The ${noun} has been deleted`}
      goTo={path}
      confirm={{ title, text, label: confirmLabel }}
    />
  );
}

/** @param confirm asks first */
export function CancelButton({
  of,
  done = "Cancelled",
  size = "md",
  ...rest
}: { of: Parameters<typeof cancel>[0] } & Looks & Pick<ComponentProps<typeof ActionButton>, "confirm">) {
  return (
    <ActionButton
      {...rest}
      label="Cancel"
      done={done}
      size={size}
      icon={size === "md" ? <Square className="size-4" aria-hidden="true" /> : undefined}
      act={cancel.bind(null, of)}
    />
  );
}

/** `continues`: what was done is kept; otherwise it starts over. */
export function RetryButton({
  of,
  label,
  done = "It is waiting for a worker",
  size = "md",
  continues = false,
}: { of: Parameters<typeof retry>[0]; label: string; continues?: boolean } & Looks) {
  const Icon = continues ? Play : RotateCcw;
  return (
    <ActionButton
      label={label}
      done={done}
      size={size}
      {...(size === "md"
        ? { variant: "primary" as const, icon: <Icon className="size-4" aria-hidden="true" /> }
        : {})}
      act={retry.bind(null, of)}
    />
  );
}
