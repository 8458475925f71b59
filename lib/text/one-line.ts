/** What other people's files say, on one line: messages are lines of reports, tables and logs. */

/** Each run of blanks and control characters as one blank. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced.
  return text.replace(/[\s\u0000-\u001f\u007f]+/g, " ");
}
