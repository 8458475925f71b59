/** The entries of a recipe in words: "captionPrefix" as "caption prefix". */

const special: Readonly<Record<string, string>> = {
  weightsSha256: "weights’ SHA-256",
  intervalOf: "interval of",
};

export function recipeWords(name: string): string {
  return special[name] ?? name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

export function recipeValue(value: unknown): string {
  if (value === "") return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
