/** The words that the demo's CLIP was taught, and captions as rows of them. */
import { demoClipWords } from "./demo-clip-network";

/** The row for words it was not taught. */
const unknownRow = 0;

/** Lower-cased runs of letters or digits. */
export function wordsOf(caption: string): string[] {
  return caption.toLowerCase().match(/\p{L}+|\p{N}+/gu) ?? [];
}

export class DemoClipVocabulary {
  readonly words: readonly string[];
  private readonly rows: ReadonlyMap<string, number>;

  /** @param words each once; the first gets row 1, behind the row for unknown words */
  constructor(words: readonly string[]) {
    this.words = words;
    this.rows = new Map(words.map((word, index) => [word, index + 1]));
  }

  /** Rows, the one for unknown words included. */
  get size(): number {
    return this.words.length + 1;
  }

  /** Words of a caption that it was not taught. */
  unknown(caption: string): string[] {
    return wordsOf(caption).filter((word) => !this.rows.has(word));
  }

  /** The captions as inputs of `captionTower`; words beyond the 32nd are left out. A caption without words is one unknown word. */
  encode(captions: readonly string[]): { words: BigInt64Array; mask: Float32Array } {
    const words = new BigInt64Array(captions.length * demoClipWords);
    const mask = new Float32Array(words.length);
    for (const [index, caption] of captions.entries()) {
      const read = wordsOf(caption).slice(0, demoClipWords);
      const rows = read.length === 0 ? [unknownRow] : read.map((word) => this.rows.get(word) ?? unknownRow);
      for (const [place, row] of rows.entries()) {
        words[index * demoClipWords + place] = BigInt(row);
        mask[index * demoClipWords + place] = 1;
      }
    }
    return { words, mask };
  }

  /** As a tensor of text, so that a file of tensors is all that the network needs. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(new TextEncoder().encode(this.words.join("\n")));
  }

  /** @param bytes as `toBytes` gives them, whatever the type of the numbers */
  static fromBytes(bytes: ArrayLike<number>): DemoClipVocabulary {
    return new DemoClipVocabulary(new TextDecoder().decode(Uint8Array.from(bytes)).split("\n"));
  }
}
