import { afterEach, expect, test, vi } from "vitest";
import { sniffFormat } from "@/lib/images/sniff-format";

afterEach(() => vi.unstubAllGlobals());

const bytesOf = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

test.each([
  ["png", "\x89PNG\r\n\x1a\n"],
  ["jpeg", "\xff\xd8\xff\xe0"],
  ["webp", "RIFF\x82\x01\0\0WEBPVP8 "],
  ["svg", "\xef\xbb\xbf <svg>"],
  [null, "a text"],
])("%s is known by its first bytes", (format, start) => {
  expect(sniffFormat(bytesOf(start))).toBe(format);
});

test("PNG is known whatever TextDecoder takes latin1 for, which differs between versions of Node", async () => {
  // As the Encoding Standard has it.
  class Standard {
    decode(bytes: Uint8Array) {
      return String.fromCharCode(...bytes).replaceAll("\x89", "‰");
    }
  }
  vi.stubGlobal("TextDecoder", Standard);
  vi.resetModules();
  const { sniffFormat: sniffAnew } = await import("@/lib/images/sniff-format");
  expect(sniffAnew(bytesOf("\x89PNG\r\n\x1a\n"))).toBe("png");
});
