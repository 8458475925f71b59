/** The user comment of JPEG and WebP files (Exif 2.3, tag 0x9286), in which generators leave what they were asked for. */

const exifStart = Buffer.from("Exif\0\0", "latin1");
const [exifFolderTag, userCommentTag] = [0x8769, 0x9286];
const entryBytes = 12;
/** Before the text: the name of its encoding, filled with zeros. */
const encodingBytes = 8;

/** Null where there is none that can be read. */
export function readExifComment(image: Uint8Array): string | null {
  const bytes = Buffer.from(image.buffer, image.byteOffset, image.byteLength);
  try {
    const exif = findInJpeg(bytes) ?? findInWebp(bytes);
    const comment = exif === null ? null : findComment(exif);
    return comment === null ? null : decode(comment);
  } catch (error) {
    // What points beyond its end is damaged.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function findInJpeg(bytes: Buffer): Buffer | null {
  if (bytes.readUInt16BE(0) !== 0xffd8) return null;
  // Segments until the image itself begins.
  for (let at = 2; bytes.readUInt8(at) === 0xff && bytes.readUInt8(at + 1) !== 0xda; ) {
    const length = bytes.readUInt16BE(at + 2);
    const content = bytes.subarray(at + 4, at + 2 + length);
    if (bytes[at + 1] === 0xe1 && content.subarray(0, exifStart.length).equals(exifStart)) {
      return content.subarray(exifStart.length);
    }
    at += 2 + length;
  }
  return null;
}

function findInWebp(bytes: Buffer): Buffer | null {
  if (bytes.toString("latin1", 0, 4) !== "RIFF" || bytes.toString("latin1", 8, 12) !== "WEBP") return null;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4);
    if (bytes.toString("latin1", at, at + 4) === "EXIF") {
      const content = bytes.subarray(at + 8, at + 8 + length);
      return content.subarray(0, exifStart.length).equals(exifStart)
        ? content.subarray(exifStart.length)
        : content;
    }
    at += 8 + length + (length % 2);
  }
  return null;
}

/** @param exif a TIFF file's beginning: byte order, then folders of tags */
function findComment(exif: Buffer): Buffer | null {
  const isLittle = exif.toString("latin1", 0, 2) === "II";
  const short = (at: number) => (isLittle ? exif.readUInt16LE(at) : exif.readUInt16BE(at));
  const long = (at: number) => (isLittle ? exif.readUInt32LE(at) : exif.readUInt32BE(at));
  const find = (folder: number, tag: number): number | null => {
    for (let entry = 0; entry < short(folder); entry++) {
      const at = folder + 2 + entry * entryBytes;
      if (short(at) === tag) return at;
    }
    return null;
  };
  const pointer = find(long(4), exifFolderTag);
  const entry = pointer === null ? null : find(long(pointer + 8), userCommentTag);
  if (entry === null) return null;
  const start = long(entry + 8);
  return exif.subarray(start, start + long(entry + 4));
}

function decode(comment: Buffer): string {
  const encoding = comment.toString("latin1", 0, encodingBytes);
  const text = comment.subarray(encodingBytes);
  if (!encoding.startsWith("UNICODE")) return text.toString("utf8").replaceAll("\0", "").trim();
  // Writers do not agree on the order of bytes, whatever the file's is: most characters have a zero in the upper one.
  const zeros = [0, 0];
  for (const [at, byte] of text.entries()) if (byte === 0) zeros[at % 2]!++;
  const order = zeros[0]! > zeros[1]! ? "utf-16be" : "utf-16le";
  return new TextDecoder(order).decode(text).replaceAll("\0", "").trim();
}
