/** Captions in the pieces that GLIDE's tokens stand for: the vocabulary takes longer to load than a page may compute. */
import { type TokenPiece, tokenPieces } from "@/lib/diffusion/model/tokenizer";

export async function compute(captions: readonly string[]): Promise<TokenPiece[][]> {
  return captions.map((caption) => tokenPieces(caption));
}
