/** Reads the arguments of pickle instructions from bytes, never past their end. */

/** Thrown for bytes that are not pickle; the caller adds the file's name. */
export class PickleError extends Error {
  /** Set where the bytes merely end too soon. */
  readonly isTruncated: boolean;

  constructor(message: string, options: { isTruncated?: boolean } = {}) {
    super(message);
    this.name = "PickleError";
    this.isTruncated = options.isTruncated ?? false;
  }
}

/** Longest integer accepted, in bytes; the magic number of torch's old format has 10. */
const longestIntegerBytes = 64;

const utf8 = new TextDecoder("utf-8", { fatal: true });

export class PickleReader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  position: number;

  constructor(bytes: Uint8Array, position: number) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = position;
  }

  /** The position before the next `length` bytes, which it steps over. */
  private advance(length: number): number {
    const start = this.position;
    if (length > this.bytes.length - start) {
      throw new PickleError("its pickled part ends too soon.", { isTruncated: true });
    }
    this.position += length;
    return start;
  }

  uint8(): number {
    return this.view.getUint8(this.advance(1));
  }

  uint16(): number {
    return this.view.getUint16(this.advance(2), true);
  }

  int32(): number {
    return this.view.getInt32(this.advance(4), true);
  }

  uint32(): number {
    return this.view.getUint32(this.advance(4), true);
  }

  /** A 64-bit length; lengths that no file can have are rejected. */
  length64(): number {
    const length = this.view.getBigUint64(this.advance(8), true);
    if (length > BigInt(Number.MAX_SAFE_INTEGER))
      throw new PickleError("a pickled length is implausibly large.");
    return Number(length);
  }

  /** A big-endian float64. */
  float64(): number {
    return this.view.getFloat64(this.advance(8), false);
  }

  /** A copy of the next bytes. */
  raw(length: number): Uint8Array {
    const start = this.advance(length);
    return this.bytes.slice(start, start + length);
  }

  text(length: number, encoding: "utf-8" | "latin1"): string {
    const start = this.advance(length);
    const bytes = this.bytes.subarray(start, start + length);
    // Not by TextDecoder, whose latin1 is windows-1252.
    if (encoding === "latin1") return Buffer.from(bytes).toString("latin1");
    try {
      return utf8.decode(bytes);
    } catch {
      throw new PickleError("a pickled string is not UTF-8.");
    }
  }

  /** Text up to the next line feed, which is stepped over. */
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.position);
    if (end < 0) throw new PickleError("its pickled part ends too soon.", { isTruncated: true });
    const text = this.text(end - this.position, "utf-8");
    this.position++;
    return text;
  }

  /** A two's-complement little-endian integer of any length; a number where that is exact. */
  integer(length: number): number | bigint {
    if (length > longestIntegerBytes) throw new PickleError(`a pickled integer has ${length} bytes.`);
    const start = this.advance(length);
    let value = 0n;
    for (let index = length - 1; index >= 0; index--) {
      value = (value << 8n) | BigInt(this.view.getUint8(start + index));
    }
    value = BigInt.asIntN(length * 8, value);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
}
