/** What a caption at a desk may be. */
import { countTokens, defaultContextLength } from "@/lib/diffusion/model/tokenizer";
import { SemblanceError } from "@/lib/errors";
import { captionKey } from "@/lib/text/caption-key";
import { longestCaption } from "./captioner-requests";

export type ReadCaption = { readonly text: string; readonly tokenCount: number };

/**
 * The caption on one line, composed (NFC), without blanks around it.
 *
 * @throws SemblanceError `invalid_input`, with the reason in `details.problem`, for an empty or too long caption (over 1,000
 *   characters, or more tokens than GLIDE reads) and for one with control characters
 */
export function readCaption(given: string): ReadCaption {
  const text = captionKey(given);
  if (text === "") throw refused("empty", "The caption is empty.");
  if (/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(text)) {
    throw refused("characters", "The caption has characters that cannot be shown.");
  }
  if (text.length > longestCaption) {
    throw refused("long", `The caption is longer than ${longestCaption} characters.`);
  }
  const tokenCount = countTokens(text);
  if (tokenCount > defaultContextLength) {
    throw refused("long", `The caption has ${tokenCount} tokens; GLIDE reads ${defaultContextLength}.`);
  }
  return { text, tokenCount };
}

function refused(problem: string, message: string): SemblanceError {
  return new SemblanceError("invalid_input", message, {
    remedy: "Shorten or correct the caption and save it again.",
    details: { problem, field: "text" },
  });
}
