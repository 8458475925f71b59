/** Cases PREFIX.json of captions and their tokens, as GLIDE reads them. */
import { z } from "zod";
import { countTokens, encodeCaption, paddingToken, vocabularySize } from "@/lib/diffusion/model/tokenizer";
import { excerpt } from "@/lib/text/excerpt";
import type { CaseKind, CheckedGroup } from "./case-kind";
import { compareExactly, type Measured } from "./measured";
import { readReferenceJson } from "./reference-json";

const integer = z.number().int();

const captions = z.object({
  n_vocab: integer,
  end_token: integer,
  text_ctx: integer.min(1),
  cases: z
    .array(
      z.object({
        caption: z.string(),
        /** All of them, also beyond the context. */
        tokens: z.array(integer),
        /** [text_ctx]; null or absent where it is not stated. */
        padded: z.array(integer).nullish(),
        /** How many entries of the mask are true; they come first. */
        mask_true: integer,
      }),
    )
    .min(1),
});

/** The vocabulary, and of each caption the tokens, the padded tokens and the mask. */
export const tokenizerCase: CaseKind = {
  subject: "GLIDE's tokenizer",
  files: [".json"],
  recognises: (keys) => keys.includes("cases") && keys.includes("text_ctx"),
  check,
};

async function check(prefix: string): Promise<CheckedGroup[]> {
  const { n_vocab, end_token, text_ctx: context, cases } = readReferenceJson(`${prefix}.json`, captions);
  const tokens: Measured[] = [];
  const padding: Measured[] = [];
  for (const { caption, tokens: expected, padded, mask_true } of cases) {
    const quoted = `“${excerpt(caption)}”`;
    const length = countTokens(caption);
    const whole = encodeCaption(caption, Math.max(1, length)).tokens;
    tokens.push(compareExactly(`tokens of ${quoted}`, Array.from(whole, Number).slice(0, length), expected));
    const encoded = encodeCaption(caption, context);
    const kept = expected.slice(0, context);
    const filled = padded ?? [...kept, ...Array.from({ length: context - kept.length }, () => end_token)];
    padding.push(
      compareExactly(`padded tokens of ${quoted}`, Array.from(encoded.tokens, Number), filled),
      compareExactly(
        `mask of ${quoted}`,
        [...encoded.mask],
        Array.from({ length: context }, (_, position) => (position < mask_true ? 1 : 0)),
      ),
    );
  }
  return [
    {
      name: "vocabulary",
      measured: [
        compareExactly("n_vocab", [vocabularySize], [n_vocab]),
        compareExactly("end_token", [paddingToken], [end_token]),
      ],
    },
    { name: "tokens", measured: tokens },
    { name: "padding", measured: padding },
  ];
}
