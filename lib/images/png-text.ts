/** Text inside PNG files. */
import { crc32, inflateSync } from "node:zlib";

const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
const signatureBytes = signature.length;
/** The header chunk must come first. */
const headerEndBytes = signatureBytes + 25;
/** Around a chunk's data: its length and type before, its checksum after. */
const chunkStartBytes = 8;
const checksumBytes = 4;
/** Between an uncompressed text chunk's keyword and its text: two zeros on compression, two empty strings. */
const betweenBytes = 4;

/**
 * Adds an international text chunk (PNG specification, iTXt, uncompressed) after a PNG's header.
 *
 * @param keyword 1 to 79 Latin-1 characters.
 */
export function addPngText(png: Buffer, keyword: string, text: string): Buffer {
  const compressionAndLanguage = Buffer.alloc(betweenBytes);
  const content = Buffer.concat([
    Buffer.from("iTXt", "latin1"),
    Buffer.from(`${keyword}\0`, "latin1"),
    compressionAndLanguage,
    Buffer.from(text, "utf8"),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length - 4);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(content));
  return Buffer.concat([
    png.subarray(0, headerEndBytes),
    length,
    content,
    checksum,
    png.subarray(headerEndBytes),
  ]);
}

/** A text is read by people; whatever unpacks to more is none. */
const longestText = 4_000_000;

/** The text that is under a keyword in any kind of text chunk; null where the PNG has none, or none that can be read. */
export function readPngText(png: Uint8Array, keyword: string): string | null {
  return readPngTexts(png).get(keyword) ?? null;
}

/** The texts of all text chunks by their keywords, the first of each; empty for what is no PNG. */
export function readPngTexts(png: Uint8Array): Map<string, string> {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  const texts = new Map<string, string>();
  if (!bytes.subarray(0, signatureBytes).equals(signature)) return texts;
  for (let at = signatureBytes; at + chunkStartBytes <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const read = readers[bytes.toString("latin1", at + 4, at + chunkStartBytes)];
    const data = bytes.subarray(at + chunkStartBytes, at + chunkStartBytes + length);
    const end = read ? data.indexOf(0) : -1;
    const keyword = data.toString("latin1", 0, Math.max(0, end));
    if (read && end > 0 && !texts.has(keyword)) {
      try {
        texts.set(keyword, read(data.subarray(end + 1)));
      } catch {
        // One that cannot be unpacked says nothing.
      }
    }
    at += chunkStartBytes + length + checksumBytes;
  }
  return texts;
}

/** What follows the keyword, by the type of the chunk. */
const readers: Readonly<Record<string, (content: Buffer) => string>> = {
  tEXt: (content) => content.toString("latin1"),
  zTXt: (content) => inflate(content.subarray(1)).toString("latin1"),
  iTXt(content) {
    const [isCompressed] = content;
    // Two texts that end in a zero: the language, and the keyword in it.
    const text = content.subarray(content.indexOf(0, content.indexOf(0, 2) + 1) + 1);
    return (isCompressed ? inflate(text) : text).toString("utf8");
  },
};

function inflate(bytes: Buffer): Buffer {
  return inflateSync(bytes, { maxOutputLength: longestText });
}
