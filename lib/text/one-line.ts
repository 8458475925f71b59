/** Text for a cell of a table that is made of lines: a name with a line break must not become two rows. */
export function oneLine(text: string): string {
  return text.replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, " ");
}
