/** Names of arms in one cell of a table. */

const separators = [">", ";", "|"];

/**
 * A JSON array of names, or names between one of > ; |, without the blanks around them; null where the cell is neither.
 * Names that hold a separator need the array.
 */
export function armsInCell(cell: string): string[] | null {
  if (cell.startsWith("[")) {
    try {
      const names: unknown = JSON.parse(cell);
      const isNames =
        Array.isArray(names) && names.every((name) => typeof name === "string" && name.trim() !== "");
      return isNames ? (names as string[]).map(toName) : null;
    } catch {
      return null;
    }
  }
  const used = separators.filter((separator) => cell.includes(separator));
  if (used.length > 1) return null;
  const names = used.length === 0 ? [cell] : cell.split(used[0]!);
  const trimmed = names.map(toName);
  return trimmed.includes("") ? null : trimmed;
}

function toName(text: string): string {
  return text.trim().normalize("NFC");
}
