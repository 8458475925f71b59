/** Word lists of attributes, such as colour and pose: what a caption can say, and by which words. Read and written as text. */
import { z } from "zod";
import { SemblanceError } from "@/lib/errors";

/** A value of an attribute. `words` are words or phrases that name it; the first is its own name. */
const listedValue = z.object({ name: z.string().min(1), words: z.array(z.string().min(1)).min(1) });

const listedAttribute = z.object({ name: z.string().min(1), values: z.array(listedValue).min(1) });

export const wordLists = z.object({
  /** Words after which what follows is not there, such as “without”. */
  negations: z.array(z.string().min(1)),
  /** Words behind which a negation no longer reaches, such as “on”; none: the English ones. */
  negationEnds: z.array(z.string().min(1)).default([]),
  /** Endings that every listed word may have, such as “en”; none: the plurals of English on the last word. */
  endings: z.array(z.string().min(1)).default([]),
  /** Phrases of which no word counts, such as “hot dog”. */
  passedOver: z.array(z.string().min(1)),
  attributes: z.array(listedAttribute),
});

export type WordLists = z.output<typeof wordLists>;

const mostAttributes = 20;
const mostValues = 40;
const mostWords = 100;

/** Characters of lists as text. */
export const longestWordLists = 60_000;

/** Lines before the first attribute, by what follows their name and a colon. */
const generalLines = {
  negation: "negations",
  "negation ends": "negationEnds",
  endings: "endings",
  "passed over": "passedOver",
} as const;

/**
 * Reads lists that a person has written. `# colour` begins an attribute; each line below it is a value, after a colon and
 * separated by commas further words for it. Before the first attribute, `negation:`,
 * `negation ends:`, `endings:` and `passed over:` are followed by what they are called. Empty lines count for nothing.
 *
 * @throws SemblanceError `invalid_input` naming the line, with the form's field in `details.field`
 */
export function parseWordLists(text: string): WordLists {
  const lists: WordLists = { negations: [], negationEnds: [], endings: [], passedOver: [], attributes: [] };
  for (const [index, written] of text.split(/\r?\n/).entries()) {
    const line = written.normalize().trim();
    if (line === "") continue;
    const refuse = (problem: string, remedy: string) => refusal(`Line ${index + 1}: ${problem}`, remedy);
    const attribute = lists.attributes.at(-1);
    if (line.startsWith("#")) {
      const name = line.slice(1).trim().toLowerCase();
      if (name === "") throw refuse("the attribute has no name.", "Write it after #, such as # colour.");
      if (attribute?.values.length === 0) throw withoutValues(attribute.name);
      if (lists.attributes.some((other) => other.name === name))
        throw refuse(`“${name}” is there twice.`, "Give each attribute once, with all its values.");
      if (lists.attributes.length === mostAttributes)
        throw refuse(`there are more than ${mostAttributes} attributes.`, "Leave some out.");
      lists.attributes.push({ name, values: [] });
      continue;
    }
    const { name, words } = readLine(line);
    const wordless = [name, ...words].find((phrase) => !/[\p{L}\p{N}]/u.test(phrase));
    if (wordless !== undefined) throw refuse(`“${wordless}” has no letters or digits.`, "Write a word.");
    if (words.length > mostWords) throw refuse(`there are more than ${mostWords} words.`, "Leave some out.");
    if (!attribute) {
      if (!Object.hasOwn(generalLines, name)) {
        throw refuse(`“${name}” belongs to no attribute.`, "Write a line such as # colour above it.");
      }
      lists[generalLines[name as keyof typeof generalLines]].push(...words);
      continue;
    }
    if (attribute.values.some((other) => other.name === name))
      throw refuse(
        `“${name}” is there twice in ${attribute.name}.`,
        "Give each value once, with all its words.",
      );
    if (attribute.values.length === mostValues)
      throw refuse(`${attribute.name} has more than ${mostValues} values.`, "Leave some out, or join them.");
    attribute.values.push({ name, words: [...new Set([name, ...words])] });
  }
  const last = lists.attributes.at(-1);
  if (!last) throw refusal("There is no attribute.", "Write one, such as # colour, and its values below it.");
  if (last.values.length === 0) throw withoutValues(last.name);
  return lists;
}

function readLine(line: string): { name: string; words: string[] } {
  const [name = "", ...rest] = line.split(":");
  const words = rest
    .join(":")
    .split(",")
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== "");
  return { name: name.trim().toLowerCase(), words };
}

function withoutValues(name: string): SemblanceError {
  return refusal(`The attribute “${name}” has no values.`, "Write one per line below it.");
}

function refusal(message: string, remedy: string): SemblanceError {
  return new SemblanceError("invalid_input", message, { remedy, details: { field: "text" } });
}

/** As `parseWordLists` reads it. */
export function writeWordLists(lists: WordLists): string {
  const general = Object.entries(generalLines).flatMap(([line, name]) =>
    lists[name].length > 0 ? [`${line}: ${lists[name].join(", ")}`] : [],
  );
  const parts = lists.attributes.map(({ name, values }) =>
    [
      `# ${name}`,
      ...values.map(({ name: value, words }) => {
        const others = words.filter((word) => word !== value);
        return others.length === 0 ? value : `${value}: ${others.join(", ")}`;
      }),
    ].join("\n"),
  );
  return [...(general.length > 0 ? [general.join("\n")] : []), ...parts].join("\n\n").concat("\n");
}
