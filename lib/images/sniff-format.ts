/** The format of an image file by its first bytes, so that no decoder but the right one ever sees it. */

type Signature = { readonly format: string; readonly matches: (start: string) => boolean };

/** Those that are read first; the others are known so that messages can name them. */
const signatures: readonly Signature[] = [
  { format: "jpeg", matches: (start) => start.startsWith("\xff\xd8") },
  { format: "png", matches: (start) => start.startsWith("\x89PNG\r\n\x1a\n") },
  { format: "webp", matches: (start) => start.startsWith("RIFF") && start.slice(8, 12) === "WEBP" },
  { format: "gif", matches: (start) => start.startsWith("GIF8") },
  { format: "avif", matches: (start) => /^.{4}ftypavi[fs]/s.test(start) },
  { format: "tiff", matches: (start) => start.startsWith("II*\0") || start.startsWith("MM\0*") },
  { format: "heif", matches: (start) => start.slice(4, 8) === "ftyp" },
  { format: "jxl", matches: (start) => start.startsWith("\xff\x0a") || start.slice(4, 8) === "JXL " },
  { format: "bmp", matches: (start) => start.startsWith("BM") },
  { format: "pdf", matches: (start) => start.startsWith("%PDF") },
  { format: "svg", matches: (start) => /^(\xef\xbb\xbf)?\s*<(\?xml|!|svg)/.test(start) },
];

/** Null for what is not a known image. */
export function sniffFormat(bytes: Uint8Array): string | null {
  // Not by TextDecoder, whose latin1 is windows-1252: there 0x89 is “‰”.
  const start = Buffer.from(bytes.subarray(0, 64)).toString("latin1");
  return signatures.find(({ matches }) => matches(start))?.format ?? null;
}
