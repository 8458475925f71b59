/** Anybody's text on one line, without what Markdown would take for a mark. */
export function markdownText(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\`*_[\]<>|#]/g, "\\$&");
}
