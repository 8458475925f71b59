/** The words by which verbs read captions: of a language, or lists of the user's own. */
import { readFile } from "node:fs/promises";
import { usualWordLists } from "@/lib/datasets/audit/usual-word-lists";
import { parseWordLists } from "@/lib/datasets/audit/word-lists";
import type { CaptionVocabulary } from "@/lib/datasets/training/prepare-training-images";
import { SemblanceError } from "@/lib/errors";

/** @throws SemblanceError `invalid_input` naming the file, and the line that cannot be read */
export async function readVocabulary({
  language = "en",
  wordLists,
}: {
  readonly language?: string;
  readonly wordLists?: string;
}): Promise<CaptionVocabulary> {
  if (wordLists === undefined) return { language, lists: usualWordLists(language) };
  const text = await readFile(wordLists, "utf8").catch((cause: unknown) => {
    throw new SemblanceError("invalid_input", `--word-lists: ${wordLists} cannot be read.`, {
      remedy: "Name a text file of word lists, such as one copied from a dataset’s audit.",
      cause,
    });
  });
  try {
    return { language, lists: parseWordLists(text) };
  } catch (error) {
    if (!(error instanceof SemblanceError)) throw error;
    throw new SemblanceError(error.code, `${wordLists}: ${error.message}`, {
      remedy: error.remedy,
      cause: error,
    });
  }
}
