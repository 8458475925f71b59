/** NumPy's .npz archives, the form in which FID statistics are passed around. */
import { buffer } from "node:stream/consumers";
import { crc32 } from "node:zlib";
import { zipSync } from "fflate";
import { type Entry, openPromise } from "yauzl";
import { SemblanceError } from "@/lib/errors";
import { encodeNpy, type NumpyArray, NumpyFormatError, parseNpy } from "./npy";

/** The largest array that is read, in bytes: a covariance of 11,000 dimensions, five times the widest network's. */
const largestArrayBytes = 2 ** 30;

/**
 * Those of the named arrays that an archive holds, stored or compressed, as float64. The others are not read: whatever
 * type they have, and however large they are. Nothing in it is executed.
 *
 * @param name what to call the file in messages
 * @returns `names` of all arrays in the archive
 * @throws SemblanceError `invalid_file` for what is not an archive, is damaged, or where a wanted array is not numbers
 */
export async function readNpz(
  path: string,
  wanted: readonly string[],
  name: string,
): Promise<{ arrays: Map<string, NumpyArray>; names: string[] }> {
  const notAnArchive = (cause: unknown) => invalid(name, "is not an .npz archive, or is damaged", cause);
  // Names as bytes: yauzl would reject an archive for the path of an array that nobody unpacks.
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false, decodeStrings: false }).catch(
    (cause) => {
      throw notAnArchive(cause);
    },
  );
  try {
    const entries = new Map<string, Entry>();
    try {
      for await (const entry of zip.eachEntry()) {
        entries.set(
          Buffer.from(entry.fileNameRaw)
            .toString("utf8")
            .replace(/\.npy$/, ""),
          entry,
        );
      }
    } catch (cause) {
      throw notAnArchive(cause);
    }
    const arrays = new Map<string, NumpyArray>();
    for (const array of wanted) {
      const entry = entries.get(array);
      if (!entry) continue;
      const label = `${name}, ${array}.npy`;
      if (entry.uncompressedSize > largestArrayBytes) {
        throw invalid(label, `has ${entry.uncompressedSize} bytes, more than statistics need`);
      }
      try {
        const bytes = await buffer(await zip.openReadStreamPromise(entry));
        if (crc32(bytes) !== entry.crc32) throw new Error("its checksum is wrong");
        arrays.set(array, parseNpy(bytes));
      } catch (cause) {
        if (cause instanceof NumpyFormatError) throw invalid(label, cause.message, cause);
        throw invalid(label, "cannot be unpacked: the archive is damaged", cause);
      }
    }
    return { arrays, names: [...entries.keys()] };
  } finally {
    zip.close();
  }
}

/** An archive of float64 arrays that NumPy reads. */
export function encodeNpz(arrays: ReadonlyMap<string, NumpyArray>): Uint8Array {
  return zipSync(Object.fromEntries([...arrays].map(([name, array]) => [`${name}.npy`, encodeNpy(array)])), {
    level: 0,
  });
}

function invalid(name: string, what: string, cause?: unknown): SemblanceError {
  return new SemblanceError("invalid_file", `${name} ${what}.`, {
    remedy:
      "Use an .npz with the arrays mu and sigma as real numbers, as written by pytorch-fid, such as " +
      "numpy.savez(file, mu=mu.astype('float64'), sigma=sigma.astype('float64')).",
    cause,
  });
}
