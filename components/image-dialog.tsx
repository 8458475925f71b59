/** An image that opens larger, with its caption, its facts and a download of the PNG as it was drawn. */
"use client";

import { Download, X } from "lucide-react";
import { Dialog } from "radix-ui";
import { ButtonAnchor, ButtonLink } from "./button";
import { buttonClass } from "./button-class";
import { completionAddress, Image, imageAddress } from "./image";

export function ImageDialog({
  sha256,
  caption,
  language,
  facts,
  fileName,
  pixelated = false,
  fit = "cover",
  baseSha256 = null,
  isCompletable = false,
}: {
  sha256: string;
  caption: string;
  /** Of the caption (BCP 47). */
  language: string;
  facts: string;
  /** Name of the download. */
  fileName: string;
  pixelated?: boolean;
  fit?: "cover" | "contain";
  /** The base's image before the upsampler, shown next to the finished one. */
  baseSha256?: string | null;
  /** Whether it leads to the page where a part of the image is redrawn. */
  isCompletable?: boolean;
}) {
  return (
    <Dialog.Root>
      <Dialog.Trigger
        className="block size-full cursor-zoom-in rounded-sm"
        aria-label={`Enlarge: ${caption}, ${facts}`}
      >
        <Image sha256={sha256} alt="" pixelated={pixelated} fit={fit} className="size-full" />
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/60" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-x-4 top-1/2 z-50 mx-auto grid max-h-[94dvh] max-w-xl -translate-y-1/2 gap-4 overflow-y-auto rounded-lg border bg-surface p-5 shadow-raised"
        >
          <div className="flex items-start justify-between gap-4">
            <Dialog.Title lang={language} className="caption-text text-lg">
              {caption}
            </Dialog.Title>
            <Dialog.Close className={buttonClass("quiet", "sm", "-me-1 -mt-1")} aria-label="Close">
              <X className="size-4" aria-hidden="true" />
            </Dialog.Close>
          </div>
          <Image
            sha256={sha256}
            alt={caption}
            lang={language}
            sidePx="original"
            fit="contain"
            pixelated={pixelated}
          />
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p className="numeric text-sm text-muted">{facts}</p>
            <div className="flex flex-wrap gap-2">
              {isCompletable ? (
                <ButtonLink size="sm" variant="quiet" href={completionAddress(sha256)}>
                  Erase a part and complete it
                </ButtonLink>
              ) : null}
              {baseSha256 ? (
                <ButtonAnchor
                  size="sm"
                  variant="quiet"
                  href={`${imageAddress(baseSha256)}?download=base-${fileName}`}
                >
                  Base’s 64 px
                </ButtonAnchor>
              ) : null}
              <ButtonAnchor
                size="sm"
                href={`${imageAddress(sha256)}?download=${encodeURIComponent(fileName)}`}
                icon={<Download className="size-4" aria-hidden="true" />}
              >
                Download
              </ButtonAnchor>
            </div>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
