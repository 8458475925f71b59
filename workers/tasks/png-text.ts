/** Text inside PNG files. */
import { crc32 } from "node:zlib";

/** The signature and the header chunk, which must come first. */
const headerEndBytes = 8 + 25;

/**
 * Adds an international text chunk (PNG specification, iTXt, uncompressed) after a PNG's header.
 *
 * @param keyword 1 to 79 Latin-1 characters.
 */
export function addPngText(png: Buffer, keyword: string, text: string): Buffer {
  const compressionAndLanguage = Buffer.alloc(4);
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
