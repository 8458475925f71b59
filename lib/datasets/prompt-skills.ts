/** Skills files, as GenAI-Bench has one beside its prompts: the prompts' numbers by the skill that they ask for. */
import { z } from "zod";
import { type CaptionEntry, captionFileError } from "./caption-formats/caption-format";
import { mergeCategories } from "./caption-formats/categories";

/** What the skills of a prompt are called among its categories. */
const categoryName = "skills";

const number = z.union([z.number().int().nonnegative(), z.string().regex(/^\d+$/)]);
const skillsFile = z
  .record(z.string(), z.array(number).min(1))
  .refine((skills) => Object.keys(skills).length > 0);

export type Skills = z.infer<typeof skillsFile>;

/** Null for text that is none: captions are no numbers. */
export function readSkills(file: string, text: string): Skills | null {
  if (!/\.json$/i.test(file)) return null;
  try {
    return skillsFile.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/**
 * The same prompts, each with its skills; 7 and "00007" are one number.
 *
 * @param entries of the prompts' file, which gives their numbers as the names of images
 * @throws SemblanceError `invalid_file` where the skills are of prompts that are not there
 */
export function withSkills(
  entries: readonly CaptionEntry[],
  { file, skills }: { file: string; skills: Skills },
): CaptionEntry[] {
  const skillsOf = new Map<number, string[]>();
  for (const [skill, numbers] of Object.entries(skills)) {
    for (const each of numbers) {
      const known = skillsOf.get(Number(each)) ?? [];
      skillsOf.set(Number(each), [...known, skill]);
    }
  }
  const numberOf = ({ image }: CaptionEntry) =>
    image !== null && /^\d+$/.test(image) ? Number(image) : null;
  const there = new Set(entries.map(numberOf));
  const missing = [...skillsOf.keys()].filter((each) => !there.has(each));
  if (missing.length > 0) {
    const more = missing.length > 5 ? ` and ${missing.length - 5} more` : "";
    throw captionFileError(
      file,
      `has skills of prompts that are not there: ${missing.slice(0, 5).join(", ")}${more}`,
      "Give the prompts as a .json of objects by their numbers, and the skills of these prompts.",
    );
  }
  return entries.map((entry) => {
    const own = skillsOf.get(numberOf(entry) ?? -1);
    return own ? { ...entry, categories: mergeCategories(entry.categories, { [categoryName]: own }) } : entry;
  });
}
