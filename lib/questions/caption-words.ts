/** The words of a caption that can be marked: runs of characters between blanks, punctuation staying with its word. */
export function splitCaptionWords(caption: string): string[] {
  return caption.split(/\s+/u).filter(Boolean);
}
