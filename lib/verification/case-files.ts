/** Which files there are under a prefix. */
import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Matches what a kind of case declares as the rest of a file's name; its star is a word without dot and hyphen. */
export function endingPattern(ending: string): RegExp {
  const escaped = ending.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replace("*", "[^.-]+");
  return new RegExp(`^${escaped}$`);
}

/** Paths of the files under a prefix whose names end so, in alphabetical order. */
export function filesUnder(prefix: string, ending: string): string[] {
  const [folder, name, pattern] = [dirname(prefix), basename(prefix), endingPattern(ending)];
  return readdirSync(folder)
    .filter((file) => file.startsWith(name) && pattern.test(file.slice(name.length)))
    .sort()
    .map((file) => join(folder, file));
}
