/** An image that a worker may still have to prepare: it is asked for again until it is there, or cannot be. */
"use client";

import { useEffect, useRef, useState } from "react";
import { classNames } from "./class-names";

type State = { readonly attempt: number; readonly view: "shown" | "waiting" | "faulty" };

/** Between two attempts; the last one stays. */
const pausesMs = [500, 1000, 2000, 4000];

export function RenderedImage({
  src,
  alt,
  lang,
  className,
}: {
  src: string;
  alt: string;
  lang?: string | undefined;
  className?: string;
}) {
  const [{ attempt, view }, setState] = useState<State>({ attempt: 0, view: "shown" });
  const element = useRef<HTMLImageElement>(null);

  // What failed before the page came alive is not told any more.
  useEffect(() => {
    const image = element.current;
    if (image?.complete && image.naturalWidth === 0) setState({ attempt: 0, view: "waiting" });
  }, []);

  useEffect(() => {
    if (view !== "waiting") return;
    const left = new AbortController();
    const timer = setTimeout(
      async () => {
        // Only the answer says whether it is worth asking again.
        const status = await fetch(src, { signal: left.signal }).then(
          (response) => response.status,
          () => 503,
        );
        if (left.signal.aborted) return;
        const isLater = status === 503 || status === 429;
        setState({ attempt: attempt + 1, view: isLater ? "waiting" : status === 200 ? "shown" : "faulty" });
      },
      pausesMs[Math.min(attempt, pausesMs.length - 1)],
    );
    return () => {
      clearTimeout(timer);
      left.abort();
    };
  }, [view, attempt, src]);

  if (view === "shown") {
    return (
      <img
        ref={element}
        src={src}
        alt={alt}
        lang={lang}
        loading="lazy"
        decoding="async"
        className={className}
        // What arrived and still does not show is at fault itself.
        onError={() => setState({ attempt, view: attempt === 0 ? "waiting" : "faulty" })}
      />
    );
  }
  return (
    <span
      // Without a text of its own the image only decorates, and what is written here is read instead.
      {...(alt === "" ? {} : { role: "img", "aria-label": alt, lang })}
      className={classNames(className, "grid place-items-center p-1 text-center text-[0.8125rem] text-faint")}
    >
      <span lang="en">{view === "waiting" ? "Being prepared" : "Cannot be shown"}</span>
    </span>
  );
}
