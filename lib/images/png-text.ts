/** Text inside PNG files. */
import { crc32 } from "node:zlib";

const signatureBytes = 8;
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

/** The text that `addPngText` added under a keyword; null where the PNG has none. */
export function readPngText(png: Buffer, keyword: string): string | null {
  const start = Buffer.from(`${keyword}\0`, "latin1");
  for (let at = signatureBytes; at + chunkStartBytes <= png.length; ) {
    const length = png.readUInt32BE(at);
    const data = png.subarray(at + chunkStartBytes, at + chunkStartBytes + length);
    const type = png.toString("latin1", at + 4, at + chunkStartBytes);
    if (type === "iTXt" && data.subarray(0, start.length).equals(start)) {
      return data.toString("utf8", start.length + betweenBytes);
    }
    at += chunkStartBytes + length + checksumBytes;
  }
  return null;
}
