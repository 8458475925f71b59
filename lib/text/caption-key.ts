/** What makes two captions the same text. */

/** The caption with its letters composed (NFC) and every run of white space as one blank. */
export function captionKey(text: string): string {
  return text.normalize("NFC").replace(/\s+/gu, " ").trim();
}
