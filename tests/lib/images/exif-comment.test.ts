/** User comments as Automatic1111's web UI writes them into JPEG and WebP files. */
import { expect, it } from "vitest";
import { readExifComment } from "@/lib/images/exif-comment";

/** Exif with nothing but a user comment, in either order of bytes. */
function exif(comment: Buffer, order: "LE" | "BE"): Buffer {
  const bytes = Buffer.alloc(44);
  const short = (value: number, at: number) => bytes[`writeUInt16${order}`](value, at);
  const long = (value: number, at: number) => bytes[`writeUInt32${order}`](value, at);
  bytes.write(order === "LE" ? "II" : "MM", "latin1");
  short(42, 2);
  long(8, 4);
  short(1, 8);
  short(0x8769, 10);
  short(4, 12);
  long(1, 14);
  long(26, 18);
  short(1, 26);
  short(0x9286, 28);
  short(7, 30);
  long(comment.length, 32);
  long(44, 36);
  return Buffer.concat([bytes, comment]);
}

const text = "a café\nSteps: 20, Seed: 7";
const utf16 = Buffer.from(text, "utf16le");
const comments = {
  "UTF-16, upper byte first": Buffer.concat([Buffer.from("UNICODE\0"), Buffer.from(utf16).swap16()]),
  "UTF-16, lower byte first": Buffer.concat([Buffer.from("UNICODE\0"), utf16]),
  "UTF-8": Buffer.concat([Buffer.from("ASCII\0\0\0"), Buffer.from(text)]),
};

function jpeg(block: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(block.length + 8);
  const start = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xe1]);
  return Buffer.concat([start, length, Buffer.from("Exif\0\0"), block, Buffer.from([0xff, 0xda])]);
}

function webp(block: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(block.length);
  const before = Buffer.from("RIFF....WEBPVP8X\u0003\0\0\0abc\0EXIF", "latin1");
  return Buffer.concat([before, length, block]);
}

it.each(Object.entries(comments))("reads %s, in JPEG and WebP, of both byte orders", (_, comment) => {
  for (const order of ["LE", "BE"] as const) {
    expect(readExifComment(jpeg(exif(comment, order)))).toBe(text);
    expect(readExifComment(webp(exif(comment, order)))).toBe(text);
  }
});

it("says nothing of what has no comment or is cut short", () => {
  const whole = jpeg(exif(comments["UTF-8"], "LE"));
  for (let end = 0; end < 60; end++) {
    const read = readExifComment(whole.subarray(0, end));
    expect(read === null || text.startsWith(read)).toBe(true);
  }
  expect(readExifComment(Buffer.from("no image at all"))).toBeNull();
});
