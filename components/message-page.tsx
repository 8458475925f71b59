/** A page that says one thing: not found, not allowed, gone wrong. */
import type { ReactNode } from "react";
import { PublicFrame } from "./public-frame";

export function MessagePage({
  mark,
  title,
  text,
  actions,
}: {
  /** Short line above the title, such as a status code. */
  mark: string;
  title: string;
  text: ReactNode;
  actions: ReactNode;
}) {
  return (
    <PublicFrame>
      <p className="numeric text-sm text-faint">{mark}</p>
      <h1 className="mt-1 font-serif text-4xl leading-tight tracking-[-0.01em]">{title}</h1>
      <div className="mt-4 grid gap-3 text-muted">{text}</div>
      <div className="mt-8 flex flex-wrap gap-2.5">{actions}</div>
    </PublicFrame>
  );
}
