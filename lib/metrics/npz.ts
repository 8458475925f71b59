/** NumPy's .npz archives of float arrays, the form in which FID statistics are passed around. */
import { unzipSync, zipSync } from "fflate";
import { SemblanceError } from "@/lib/errors";

/** Row-major values with their shape. */
export type NumpyArray = { readonly shape: readonly number[]; readonly data: Float64Array };

const MAGIC = "\x93NUMPY";

/**
 * The float arrays of an archive by name, float32 widened. Nothing in it is executed: arrays of Python objects are
 * refused like any other type.
 *
 * @param name what to call the file in messages
 * @throws SemblanceError `invalid_file` for what is no archive, is cut short, or holds something else than floats
 */
export function parseNpz(bytes: Uint8Array, name: string): Map<string, NumpyArray> {
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes);
  } catch (cause) {
    throw invalid(name, "is not an .npz archive, or is damaged", cause);
  }
  return new Map(
    Object.entries(files).map(([file, content]) => [
      file.replace(/\.npy$/, ""),
      parseNpy(content, `${name}, ${file}`),
    ]),
  );
}

/** An archive of float64 arrays that NumPy reads. */
export function encodeNpz(arrays: ReadonlyMap<string, NumpyArray>): Uint8Array {
  return zipSync(Object.fromEntries([...arrays].map(([name, array]) => [`${name}.npy`, encodeNpy(array)])), {
    level: 0,
  });
}

/** Format versions 1 to 3: magic, version, header length, a Python literal, the values. */
function parseNpy(bytes: Uint8Array, name: string): NumpyArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || Buffer.from(bytes.subarray(0, 6)).toString("latin1") !== MAGIC) {
    throw invalid(name, "is not a NumPy array");
  }
  const headerStart = bytes[6] === 1 ? 10 : 12;
  const dataStart = headerStart + (bytes[6] === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  const header = Buffer.from(bytes.subarray(headerStart, Math.min(dataStart, bytes.length))).toString(
    "latin1",
  );
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const shapeText = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (type !== "<f8" && type !== "<f4")
    throw invalid(name, `holds values of the type ${type ?? "?"}, not floats`);
  if (shapeText === undefined || /'fortran_order':\s*True/.test(header)) {
    throw invalid(name, "is not stored row by row");
  }
  const shape = shapeText
    .split(",")
    .filter((size) => size.trim() !== "")
    .map(Number);
  const length = shape.reduce((product, size) => product * size, 1);
  const width = type === "<f8" ? 8 : 4;
  if (!Number.isSafeInteger(length) || bytes.length !== dataStart + length * width) {
    throw invalid(name, "is cut short or has another size than its shape");
  }
  const data = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const at = dataStart + i * width;
    data[i] = width === 8 ? view.getFloat64(at, true) : view.getFloat32(at, true);
  }
  return { shape, data };
}

function encodeNpy({ shape, data }: NumpyArray): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const literal = `{'descr': '<f8', 'fortran_order': False, 'shape': (${sizes}), }`;
  // The values begin at a multiple of 64, and the header ends with a line feed.
  const length = Math.ceil((10 + literal.length + 1) / 64) * 64 - 10;
  const header = Buffer.from(`${literal.padEnd(length - 1)}\n`, "latin1");
  const prefix = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 255, length >> 8]);
  return Buffer.concat([prefix, header, Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
}

function invalid(name: string, what: string, cause?: unknown): SemblanceError {
  return new SemblanceError("invalid_file", `${name} ${what}.`, {
    remedy: "Give an .npz with the arrays mu and sigma, as pytorch-fid writes it.",
    cause,
  });
}
