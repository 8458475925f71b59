/** The tasks of the image process, and its messages. */
import type { BlindFit, ImageSize } from "@/lib/images/blind-fit";
import type { ImageHeader } from "@/lib/images/image-header";
import type { ScreenImage, ScreenImages } from "@/lib/images/screen-image";
import type { ErrorMessage } from "@/lib/platform/engine-process/engine-messages";

/** A task by its kind, and what it gives. */
export type ImageTasks = {
  /** Decodes all of the file, as `checkImage`. */
  check: { input: null; output: ImageHeader & { readonly isFlawed: boolean } };
  /** Renders what the dashboard shows, as `renderScreenImages`. */
  screen: { input: { readonly sidesPx: readonly number[] }; output: ScreenImages };
  /** Renders what captioners see, as `renderBareImage`. */
  bare: { input: { readonly sidePx: number }; output: ScreenImage };
  /** What it looks like in very few pixels, as `fingerprint`. */
  fingerprint: { input: null; output: Uint8Array<ArrayBuffer> };
  /** Renders what raters see, as `renderBlindImage`. */
  blind: {
    input: { readonly sizePx: number; readonly fit: BlindFit };
    output: { readonly png: Uint8Array } & ImageSize;
  };
};

export type ImageTaskKind = keyof ImageTasks;

/** `name` is what messages call the image. */
export type ImageRequest = {
  readonly kind: ImageTaskKind;
  readonly input: ImageTasks[ImageTaskKind]["input"];
  readonly bytes: Uint8Array;
  readonly name: string;
  /** The process ends itself where it holds more: what an image makes it take must not cost other processes theirs. */
  readonly mostMemoryBytes: number;
};

export type ImageReply = { readonly output: unknown } | { readonly error: ErrorMessage };

/** Exit code of a process that took too much memory. */
export const outOfMemoryExit = 86;
