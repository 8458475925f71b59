/** Reads DER (X.690): the encoding of certificates and timestamps. */
import { SemblanceError } from "@/lib/errors";

/** One value: its identifier octet (class, constructed, number below 31), what it holds, and both with the length. */
export type DerValue = { readonly tag: number; readonly content: Uint8Array; readonly whole: Uint8Array };

export const derTags = {
  boolean: 0x01,
  integer: 0x02,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The identifier octet of a context-specific, constructed value: `[number]`. */
export const derContext = (number: number) => 0xa0 + number;

/**
 * The values that are one behind the other in `bytes`.
 *
 * @throws SemblanceError `invalid_file` where a value ends beyond the bytes, or is not DER
 */
export function readDer(bytes: Uint8Array): DerValue[] {
  const values: DerValue[] = [];
  for (let start = 0; start < bytes.length; ) {
    const tag = bytes[start]!;
    let at = start + 1;
    const first = bytes[at++];
    if (first === undefined || (tag & 0x1f) === 0x1f) throw notDer();
    let length = first;
    if (first >= 0x80) {
      const count = first & 0x7f;
      // A length of zero octets is BER's indefinite form; more than four are beyond any file.
      if (count === 0 || count > 4 || at + count > bytes.length) throw notDer();
      length = 0;
      for (let i = 0; i < count; i++) length = length * 256 + bytes[at++]!;
    }
    if (at + length > bytes.length) throw notDer();
    values.push({ tag, content: bytes.subarray(at, at + length), whole: bytes.subarray(start, at + length) });
    start = at + length;
  }
  return values;
}

/** "1.2.840.113549.1.7.2" */
export function derObjectIdentifier(content: Uint8Array): string {
  const numbers: number[] = [];
  let value = 0;
  for (const octet of content) {
    value = value * 128 + (octet & 0x7f);
    if (octet < 0x80) {
      numbers.push(value);
      value = 0;
    }
  }
  const [first = 0, ...rest] = numbers;
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - 40 * top, ...rest].join(".");
}

/** @throws SemblanceError `invalid_file` for what is not a time in UTC with seconds */
export function derGeneralizedTime(content: Uint8Array): Date {
  const text = Buffer.from(content).toString("latin1");
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/.exec(text);
  if (!parts) throw notDer();
  const [, year, month, day, hour, minute, second, fraction = ""] = parts;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}Z`);
  if (Number.isNaN(time.getTime())) throw notDer();
  return time;
}

function notDer(): SemblanceError {
  return new SemblanceError("invalid_file", "The file is truncated or damaged.", {
    remedy: "Download it again.",
  });
}
