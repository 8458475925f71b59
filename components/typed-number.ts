/** The number that was typed into a field; NaN (which no schema accepts) for anything else, nothing included. */
export function typedNumber(text: string): number {
  const trimmed = text.trim();
  // "0,5" is how half the world writes it.
  return trimmed === "" ? Number.NaN : Number(trimmed.replace(",", "."));
}
