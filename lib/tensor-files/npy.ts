/**
 * One array in NumPy's .npy form (NumPy Enhancement Proposal 1, versions 1 to 3): magic, version, header length, a
 * Python literal with type, order and shape, and the values.
 */
import { halfToFloat32 } from "@/lib/numerics/half-precision";

/** Row-major values with their shape. */
export type NumpyArray = { readonly shape: readonly number[]; readonly data: Float64Array };

/** Thrown for what cannot be read; the caller adds the file's name. `message` completes "The array …". */
export class NumpyFormatError extends Error {}

const magic = "\x93NUMPY";

type Read = (view: DataView, at: number, littleEndian: boolean) => number;

/** Readers by NumPy's letter for the kind of number, and its width in bytes. */
const readers: Readonly<Record<string, Read>> = {
  f2: (view, at, little) => halfToFloat32(view.getUint16(at, little)),
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
  i1: (view, at) => view.getInt8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  u1: (view, at) => view.getUint8(at),
  u2: (view, at, little) => view.getUint16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
  b1: (view, at) => view.getUint8(at),
};

/**
 * The values as float64, row by row, whatever their type (float16 to float64, whole numbers, truth values), byte order
 * and order of axes; whole numbers beyond 2⁵³ are rounded.
 *
 * @throws NumpyFormatError for other types (complex numbers, long doubles, Python objects), and for damaged bytes
 */
export function parseNpy(bytes: Uint8Array): NumpyArray {
  const { type, isColumnMajor, shape, dataStart } = parseHeader(bytes);
  const [, order = "", kind = ""] = /^([<>|=]?)(\w+)$/.exec(type) ?? [];
  const read = readers[kind];
  if (!read) throw new NumpyFormatError(`holds values of the type ${type}, which is not supported`);
  const width = Number(kind.slice(1));
  const length = shape.reduce((product, size) => product * size, 1);
  if (!Number.isSafeInteger(length) || bytes.length !== dataStart + length * width) {
    throw new NumpyFormatError("is truncated, or its size does not match its shape");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stored = new Float64Array(length);
  for (let i = 0; i < length; i++) stored[i] = read(view, dataStart + i * width, order !== ">");
  return { shape, data: isColumnMajor && shape.length > 1 ? toRowMajor(stored, shape) : stored };
}

/** A float64 array as NumPy writes it. */
export function encodeNpy({ shape, data }: NumpyArray): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const literal = `{'descr': '<f8', 'fortran_order': False, 'shape': (${sizes}), }`;
  // The values begin at a multiple of 64, and the header ends with a line feed.
  const length = Math.ceil((10 + literal.length + 1) / 64) * 64 - 10;
  const header = Buffer.from(`${literal.padEnd(length - 1)}\n`, "latin1");
  const prefix = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 255, length >> 8]);
  return Buffer.concat([prefix, header, Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
}

function parseHeader(bytes: Uint8Array) {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || buffer.toString("latin1", 0, 6) !== magic) {
    throw new NumpyFormatError("is not a NumPy array");
  }
  const version = buffer[6]!;
  if (version < 1 || version > 3) throw new NumpyFormatError(`has the unknown format version ${version}`);
  const headerStart = version === 1 ? 10 : 12;
  const dataStart = headerStart + (version === 1 ? buffer.readUInt16LE(8) : buffer.readUInt32LE(8));
  const header = buffer.toString(version === 3 ? "utf8" : "latin1", headerStart, dataStart);
  const type = /["']descr["']:\s*["']([^"']*)["']/.exec(header)?.[1];
  if (type === undefined) throw new NumpyFormatError("holds records instead of numbers");
  const order = /["']fortran_order["']:\s*(True|False)/.exec(header)?.[1];
  const sizes = /["']shape["']:\s*\(([^)]*)\)/.exec(header)?.[1];
  // Python 2 wrote whole numbers with an L.
  const shape = sizes
    ?.split(",")
    .map((size) => size.trim().replace(/L$/, ""))
    .filter((size) => size !== "")
    .map(Number);
  if (order === undefined || !shape?.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw new NumpyFormatError("has a malformed header");
  }
  return { type, isColumnMajor: order === "True", shape, dataStart };
}

/** Fortran's order has the first axis fastest. */
function toRowMajor(stored: Float64Array, shape: readonly number[]): Float64Array {
  const data = new Float64Array(stored.length);
  const index = new Array<number>(shape.length).fill(0);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  for (let target = 0, source = 0; target < data.length; target++) {
    data[target] = stored[source]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      source -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return data;
}
