/** Reads a caption file: one caption a line, UTF-8. */
import { countTokens, defaultContextLength } from "@/lib/diffusion/tokenizer";
import { SemblanceError } from "@/lib/errors";
import type { ImportRemark } from "./import-report";

export type ReadCaption = { text: string; tokenCount: number };

/** The captions that can be used, and a remark for each line that cannot or that is longer than the model reads. */
export function readCaptions(
  file: string,
  bytes: Buffer,
): { captions: ReadCaption[]; remarks: ImportRemark[] } {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return {
      captions: [],
      remarks: [
        {
          file,
          kind: "unreadable",
          message: `${file} is not text in UTF-8.`,
          remedy: "Save it as UTF-8, one caption a line.",
          refused: true,
        },
      ],
    };
  }
  const captions: ReadCaption[] = [];
  const remarks: ImportRemark[] = [];
  for (const [index, line] of text.split(/\r?\n|\r/).entries()) {
    // PostgreSQL keeps no NUL characters.
    const caption = line.replaceAll("\0", "").trim();
    if (caption === "") continue;
    const place = `line ${index + 1} of ${file}`;
    try {
      const tokenCount = countTokens(caption);
      captions.push({ text: caption, tokenCount });
      if (tokenCount > defaultContextLength) {
        remarks.push({
          file,
          kind: "long-caption",
          message: `The caption in ${place} has ${tokenCount} tokens; the model reads the first ${defaultContextLength}.`,
          remedy: "Shorten it, so that the model and the raters read the same caption.",
          refused: false,
        });
      }
    } catch (error) {
      if (!(error instanceof SemblanceError)) throw error;
      remarks.push({
        file,
        kind: "unreadable",
        message: `The caption in ${place} cannot be used: ${error.message}`,
        remedy: error.remedy ?? "Correct the line.",
        refused: true,
      });
    }
  }
  return { captions, remarks };
}
