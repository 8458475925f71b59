/** What a captioner's browser and the server tell each other; without a schema library, which would be a fifth of the page. */

/** In characters (UTF-16). */
export const longestCaption = 1000;

export const skipReasons = ["unclear", "unsuitable", "broken", "other"] as const;
export type SkipReason = (typeof skipReasons)[number];
export const longestSkipText = 300;

export type WrittenCaption = {
  position: number;
  text: string;
  tokenCount: number;
  /** Reviewed captions can no longer be changed. */
  isReviewed: boolean;
};

/** An image in a captioner's hands, or one that they have had. */
export type CaptionItem = {
  taskId: string;
  imageToken: string;
  isSkipped: boolean;
  /** What a model has drafted; null where there is none, or the desk does not show it. */
  draft: string | null;
  captions: WrittenCaption[];
};

export type CaptionerProgress = {
  /** Images with a caption, and those passed over. */
  done: number;
  skipped: number;
  /** Images in the captioner's share. */
  share: number;
};

export type CaptionLease = {
  /** The next one first. */
  items: CaptionItem[];
  progress: CaptionerProgress;
  /** Whether others have left images, once the own share is finished. */
  mayContinue: boolean;
  isClosed: boolean;
};

/** What a captioner's page asks for first. */
export type OpenedDesk = {
  deskName: string;
  /** BCP 47 tags: the language that the desk offers first, and that of its captions. */
  deskLanguage: string;
  captionLanguage: string;
  captionsPerImage: number;
  instructions: string;
  firstLease: CaptionLease;
};
