/** How buttons look: one primary per view, secondary for the others, quiet in rows, danger to destroy. */
import { classNames } from "./class-names";

export type ButtonVariant = "primary" | "secondary" | "quiet" | "danger";
export type ButtonSize = "sm" | "md";

const variants: Record<ButtonVariant, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong border border-transparent",
  secondary: "bg-surface text-ink border border-field/60 hover:border-field hover:bg-sunken",
  quiet: "text-ink border border-transparent hover:bg-sunken",
  danger: "bg-danger text-on-danger border border-transparent hover:opacity-90",
};

const sizes: Record<ButtonSize, string> = {
  sm: "min-h-8 px-2.5 text-[0.8125rem] gap-1.5",
  md: "min-h-10 px-4 text-sm gap-2",
};

/** The classes of a button, for elements that must be something else (a label, a radix trigger). */
export function buttonClass(
  variant: ButtonVariant = "secondary",
  size: ButtonSize = "md",
  extra = "",
): string {
  return classNames(
    "inline-flex items-center justify-center rounded-md font-medium whitespace-nowrap transition-colors",
    "disabled:opacity-55 disabled:cursor-not-allowed",
    variants[variant],
    sizes[size],
    extra,
  );
}
