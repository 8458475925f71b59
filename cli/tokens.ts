/** `semblance tokens`: captions as the tokens that GLIDE reads, and what of them is cut off. */
import { defaultContextLength, tokenPieces } from "@/lib/diffusion/model/tokenizer";

export type TokensOptions = {
  /** Print JSON. */
  readonly json?: boolean;
};

type Output = Pick<NodeJS.WriteStream, "write">;

/**
 * @returns the exit code: 1 where something of a caption is cut off
 * @throws SemblanceError as tokenPieces
 */
export async function tokens(
  captions: readonly string[],
  { json = false }: TokensOptions = {},
  output: Output = process.stdout,
): Promise<number> {
  const read = captions.map((caption) => {
    const pieces = tokenPieces(caption);
    const textOf = (isRead: boolean) =>
      pieces.filter((piece) => piece.isRead === isRead).map(({ text }) => text);
    return {
      caption,
      tokens: pieces.reduce((sum, piece) => sum + piece.tokens, 0),
      limit: defaultContextLength,
      pieces: textOf(true),
      notRead: textOf(false).join("").trim(),
    };
  });
  if (json) output.write(`${JSON.stringify(read, null, 2)}\n`);
  else {
    for (const { tokens, limit, pieces, notRead } of read) {
      output.write(`${tokens} of ${limit} tokens: ${pieces.map((text) => text.trimStart()).join(" | ")}\n`);
      if (notRead !== "") output.write(`Not read: ${notRead}\n`);
    }
  }
  return read.some(({ notRead }) => notRead !== "") ? 1 : 0;
}
