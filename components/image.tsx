/** Images with the label of a gallery wall: the frame, the words it was asked to show, and a line of facts. */
import type { ReactNode } from "react";
import type { ScreenSidePx } from "@/lib/images/rendition-kind";
import { classNames } from "./class-names";
import { RenderedImage } from "./rendered-image";

/** Address of a registered image, for signed-in members. `sidePx` asks for a smaller rendition. */
export function imageAddress(sha256: string, sidePx?: ScreenSidePx): string {
  return sidePx ? `/api/blobs/${sha256}?side=${sidePx}` : `/api/blobs/${sha256}`;
}

/** The page on which a part of an image is erased and redrawn. */
export function completionAddress(sha256: string): string {
  return `/admin/samples/complete?image=${sha256}`;
}

/** One image, square by default; `sha256` null draws the empty frame with `placeholder` in it. */
export function Image({
  sha256,
  alt,
  lang,
  fit = "cover",
  sidePx = 512,
  pixelated = false,
  placeholder,
  className,
}: {
  sha256: string | null;
  alt: string;
  /** Of `alt`, where that is a caption (BCP 47). */
  lang?: string;
  fit?: "cover" | "contain";
  sidePx?: ScreenSidePx | "original";
  /** Enlarge without smoothing: for the 64-pixel images of a base model. */
  pixelated?: boolean;
  placeholder?: ReactNode;
  className?: string;
}) {
  return (
    <div className={classNames("relative aspect-square overflow-hidden rounded-sm bg-sunken", className)}>
      {sha256 ? (
        <RenderedImage
          key={sha256}
          src={imageAddress(sha256, sidePx === "original" ? undefined : sidePx)}
          alt={alt}
          lang={lang}
          className={classNames(
            "absolute inset-0 size-full",
            fit === "cover" ? "object-cover" : "object-contain",
            pixelated && "[image-rendering:pixelated]",
          )}
        />
      ) : (
        <div className="absolute inset-0 grid place-items-center p-2 text-center text-[0.8125rem] text-faint">
          {placeholder ?? "Not there yet"}
        </div>
      )}
    </div>
  );
}

/** An image and its label beneath. */
export function ImageCard({
  image,
  caption,
  facts,
}: {
  image: ReactNode;
  caption?: ReactNode;
  facts?: ReactNode;
}) {
  return (
    <figure className="grid content-start gap-2">
      {image}
      {caption || facts ? (
        <figcaption className="grid gap-0.5">
          {caption ? <span className="caption-text text-[0.9375rem]">{caption}</span> : null}
          {facts ? <span className="numeric text-xs text-faint">{facts}</span> : null}
        </figcaption>
      ) : null}
    </figure>
  );
}

export function ImageGrid({ children }: { children: ReactNode }) {
  return (
    <div className="grid grid-cols-2 gap-x-4 gap-y-7 sm:grid-cols-[repeat(auto-fill,minmax(11rem,1fr))]">
      {children}
    </div>
  );
}
