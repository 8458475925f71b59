/** A message instead of a page: not found, not allowed, or an error. */
import type { ReactNode } from "react";
import { PublicFrame } from "./public-frame";

type MessageText = {
  /** Short line above the title, such as a status code. */
  mark: string;
  title: string;
  text: ReactNode;
  actions: ReactNode;
};

export function Message({ mark, title, text, actions }: MessageText) {
  return (
    <>
      <p className="numeric text-sm text-faint">{mark}</p>
      <h1 className="mt-1 font-serif text-4xl leading-tight tracking-[-0.01em]">{title}</h1>
      <div className="mt-4 grid gap-3 text-muted">{text}</div>
      <div className="mt-8 flex flex-wrap gap-2.5">{actions}</div>
    </>
  );
}

/** A whole page. */
export function MessagePage(message: MessageText) {
  return (
    <PublicFrame>
      <div className="mx-auto max-w-xl">
        <Message {...message} />
      </div>
    </PublicFrame>
  );
}
