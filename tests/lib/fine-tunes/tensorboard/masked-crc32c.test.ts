import { expect, test } from "vitest";
import { crc32c, maskedCrc32c } from "@/lib/fine-tunes/tensorboard/masked-crc32c";

/** RFC 3720, appendix B.4; the last one is the check value that catalogues of CRCs give. */
test.each([
  [new Uint8Array(32), 0x8a9136aa],
  [new Uint8Array(32).fill(0xff), 0x62a8ab43],
  [Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
  [Uint8Array.from({ length: 32 }, (_, index) => 31 - index), 0x113fdb5c],
  [new TextEncoder().encode("123456789"), 0xe3069283],
])("the published examples have their checksums (%#)", (data, checksum) => {
  expect(crc32c(data)).toBe(checksum);
});

test("the mask is undone as TensorFlow undoes it", () => {
  const data = new TextEncoder().encode("foo");
  const rotated = (maskedCrc32c(data) - 0xa282ead8) >>> 0;
  expect(((rotated >>> 17) | (rotated << 15)) >>> 0).toBe(crc32c(data));
  expect(maskedCrc32c(data)).not.toBe(crc32c(data));
});
