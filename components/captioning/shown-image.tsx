/** The image to be described; a tap enlarges it. */
"use client";

import { X } from "lucide-react";
import { useRef, useState } from "react";
import { buttonClass } from "../button-class";
import { ModalDialog } from "../rating/modal-dialog";
import type { CaptionerStrings } from "./captioner-strings";
import type { DeskServer } from "./desk-server";

export function ShownImage({
  server,
  imageToken,
  next,
  language,
  strings,
}: {
  server: DeskServer;
  imageToken: string;
  /** Loaded meanwhile. */
  next: string | undefined;
  language: string;
  strings: CaptionerStrings;
}) {
  const [attempt, setAttempt] = useState(0);
  const [hasFailed, setHasFailed] = useState(false);
  const [isLarge, setIsLarge] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const address = server.imageAddress(imageToken, attempt);
  return (
    <div className="mt-4">
      {hasFailed ? (
        <div role="alert" className="grid h-48 place-items-center gap-3 rounded-md bg-sunken p-4 text-center">
          <p>{strings.imageFailed}</p>
          <button
            type="button"
            className={buttonClass("secondary", "md", "min-h-11")}
            onClick={() => {
              setHasFailed(false);
              setAttempt(attempt + 1);
            }}
          >
            {strings.reload}
          </button>
        </div>
      ) : (
        <button
          ref={button}
          type="button"
          aria-label={strings.enlarge}
          onClick={() => setIsLarge(true)}
          className="block h-[min(42dvh,26rem)] w-full cursor-zoom-in rounded-md bg-sunken"
        >
          <img
            src={address}
            alt={strings.image}
            onError={() => setHasFailed(true)}
            className="size-full object-contain"
          />
        </button>
      )}
      {next ? <img src={server.imageAddress(next)} alt="" className="hidden" /> : null}
      {isLarge ? (
        <ModalDialog
          opener={button}
          lang={language}
          aria-label={strings.image}
          onClose={() => setIsLarge(false)}
          className="inset-0 size-full max-h-none bg-canvas"
        >
          <div className="flex size-full flex-col">
            <div className="min-h-0 grow overflow-auto">
              <img src={address} alt={strings.image} className="mx-auto w-full max-w-4xl" />
            </div>
            <button
              type="button"
              onClick={() => setIsLarge(false)}
              className="m-2 flex min-h-12 items-center justify-center gap-2 rounded-md bg-accent px-4 font-medium text-on-accent"
            >
              <X className="size-5" aria-hidden="true" />
              {strings.close}
            </button>
          </div>
        </ModalDialog>
      ) : null}
    </div>
  );
}
