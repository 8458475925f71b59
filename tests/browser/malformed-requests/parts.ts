/** The parts of a request before it is sent, and how faults change them. */
import type { Random } from "@/lib/statistics/random";

export type Parts = {
  method: string;
  target: string;
  version: string;
  headers: [name: string, value: string][];
  body: Buffer | null;
  /** False: its length, if any, is among the headers already. */
  hasLength: boolean;
};

export type Fault = (parts: Parts, random: Random) => void;

/** Texts that have broken programs, encoded for an address where they must be. */
export const oddTexts = [
  "",
  "null",
  "undefined",
  "NaN",
  "-1",
  "0",
  "1e400",
  "2147483648",
  "9223372036854775808",
  "99999999999999999999999999",
  "0x10",
  "1.5",
  "true",
  "[]",
  "{}",
  "__proto__",
  "constructor",
  "toString",
  "..",
  "../../../../etc/passwd",
  "..\\..\\windows",
  "%2e%2e%2f",
  "%252e",
  "%00",
  "a%00b",
  "%zz",
  "%",
  "%f",
  "%ff",
  "%c0%ae",
  "%ED%A0%80",
  "%F4%90%80%80",
  "%0d%0aSet-Cookie:a=b",
  "%E2%80%AE",
  "ü",
  "'; DROP TABLE x; --",
  '"><script>alert(1)</script>',
  "{{7*7}}",
  "00000000-0000-0000-0000-000000000000",
  "00000000-0000-0000-0000-00000000000",
  "A0000000-0000-4000-8000-00000000000Z",
  "x".repeat(300),
  "x".repeat(5000),
  "%41".repeat(1500),
  "\ud800",
  "%5C%5C",
  ";a=b",
  ".json",
  ".rsc",
  ".txt",
  ".segments/_tree.segment.rsc",
  "_next/data/x.json",
  "[studyId]",
  "[...x]",
  "(public)",
  "@slot",
];

export function setHeader(parts: Parts, name: string, values: readonly string[]): void {
  const others = parts.headers.filter(([each]) => each.toLowerCase() !== name.toLowerCase());
  parts.headers = [...others, ...values.map((value): [string, string] => [name, value])];
}

export function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[random.nextInt(items.length)]!;
}

export function hex(random: Random, length: number): string {
  return bytesOf(random, Math.ceil(length / 2))
    .toString("hex")
    .slice(0, length);
}

export function bytesOf(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.nextInt(256)));
}
