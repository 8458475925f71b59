/** A small tool of the rater's screen: an icon with a name, large enough for a thumb. */
import type { ComponentProps, ReactNode } from "react";

export function ToolButton({
  label,
  icon,
  ...rest
}: ComponentProps<"button"> & { label: string; icon: ReactNode }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className="grid size-11 shrink-0 place-items-center rounded-md text-muted hover:bg-sunken hover:text-ink disabled:opacity-40"
    >
      {icon}
    </button>
  );
}
