/** Cases PREFIX.json of captions and their tokens, as CLIP reads them. */
import { z } from "zod";
import { encodeClipCaption } from "@/lib/diffusion/noised-clip/clip-tokenizer";
import { excerpt } from "@/lib/text/excerpt";
import type { CaseKind, CheckedGroup } from "./case-kind";
import { compareExactly, type Measured } from "./measured";
import { readReferenceJson } from "./reference-json";

const integer = z.number().int();

const captions = z.object({
  max_text_len: integer.min(3),
  start_token: integer,
  end_token: integer,
  pad_token: integer,
  cases: z
    .array(
      z.object({
        caption: z.string(),
        /** All of them, also beyond the context, without marks. */
        tokens: z.array(integer),
        /** [max_text_len] */
        padded: z.array(integer),
        /** Of `padded` the caption's, both marks included. */
        length: integer,
      }),
    )
    .min(1),
});

/** The marks, and of each caption the tokens, the padded tokens and their length. */
export const clipTokenizerCase: CaseKind = {
  subject: "CLIP's tokenizer",
  files: [".json"],
  recognises: (keys) => keys.includes("cases") && keys.includes("max_text_len"),
  check,
};

async function check(prefix: string): Promise<CheckedGroup[]> {
  const expected = readReferenceJson(`${prefix}.json`, captions);
  const tokensOf = (caption: string, context: number) =>
    Array.from(encodeClipCaption(caption, context).tokens, Number);
  const tokens: Measured[] = [];
  const padding: Measured[] = [];
  for (const { caption, tokens: all, padded, length } of expected.cases) {
    const quoted = `“${excerpt(caption)}”`;
    // With room for one more, so that a caption of more tokens than expected is not cut to their number.
    const { tokens: marked, length: count } = encodeClipCaption(caption, all.length + 3);
    tokens.push(compareExactly(`tokens of ${quoted}`, Array.from(marked, Number).slice(1, count - 1), all));
    padding.push(
      compareExactly(`padded tokens of ${quoted}`, tokensOf(caption, expected.max_text_len), padded),
      compareExactly(
        `length of ${quoted}`,
        [encodeClipCaption(caption, expected.max_text_len).length],
        [length],
      ),
    );
  }
  const { start_token, end_token, pad_token } = expected;
  const marks = compareExactly("start, end and padding", tokensOf("", 3), [
    start_token,
    end_token,
    pad_token,
  ]);
  return [
    { name: "marks", measured: [marks] },
    { name: "tokens", measured: tokens },
    { name: "padding", measured: padding },
  ];
}
