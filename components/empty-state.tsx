/** Shown instead of an empty list: what would be here, and the next thing to do. */
import type { ReactNode } from "react";
import { Mark } from "./brand";

export function EmptyState({ title, text, action }: { title: string; text: ReactNode; action?: ReactNode }) {
  return (
    <div className="grid justify-items-center gap-3 rounded-lg border border-dashed border-field/50 px-6 py-14 text-center">
      <Mark className="size-9 text-faint opacity-70" />
      <p className="font-serif text-xl">{title}</p>
      <div className="max-w-[52ch] text-sm text-muted">{text}</div>
      {action ? <div className="mt-2 flex flex-wrap justify-center gap-2.5">{action}</div> : null}
    </div>
  );
}
