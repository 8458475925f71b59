/** Text files of other people: their characters are known for certain, or the file is rejected. */
import { SemblanceError } from "@/lib/errors";

const byteOrderMarks = [
  { mark: [0xef, 0xbb, 0xbf], encoding: "utf-8" },
  { mark: [0xff, 0xfe], encoding: "utf-16le" },
  { mark: [0xfe, 0xff], encoding: "utf-16be" },
] as const;

/**
 * UTF-8 with or without a byte order mark, or UTF-16 with one. Other encodings cannot be told from each other.
 *
 * @returns the text without its mark
 * @throws SemblanceError `invalid_file` naming the file
 */
export function decodeText(file: string, bytes: Uint8Array): string {
  const encoding =
    byteOrderMarks.find(({ mark }) => mark.every((byte, at) => bytes[at] === byte))?.encoding ?? "utf-8";
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    // UTF-16 without a mark, or no text at all.
    if (!text.includes("\0")) return text;
  } catch {
    // Told below.
  }
  throw new SemblanceError("invalid_file", `${file} is not text in UTF-8.`, {
    remedy:
      "Save it as UTF-8 in your editor, or convert it: iconv -f WINDOWS-1252 -t UTF-8 OLD.txt > NEW.txt",
  });
}
