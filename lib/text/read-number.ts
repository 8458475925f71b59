/** Numbers as tables of any tool write them. */

/** "3", "3.5", "3,5", "4.0e+00" or "−2"; null for anything else. */
export function readNumber(text: string): number | null {
  const plain = text.replace("−", "-");
  return /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain.replace(",", ".")) : null;
}
