/** `semblance distance`: Fréchet and kernel distance between two stored feature sets. */
import { SemblanceError } from "@/lib/errors";
import type { Features } from "@/lib/metrics/features/features";
import { frechetDistance } from "@/lib/metrics/measures/frechet-distance";
import { kernelDistance } from "@/lib/metrics/measures/kernel-distance";
import { openCheckpoint } from "@/lib/tensor-files/load-checkpoint";
import { counted } from "@/lib/text/counted";

/** What `--json` prints: the distances, the number of vectors on each side, and their width. */
export type Distance = { frechet: number; kid: number; n1: number; n2: number; dims: number };

/**
 * Compares the matrices stored under the keys `a` and `b` of a safetensors or torch file, one row per image.
 *
 * @returns the exit code, 0
 * @throws SemblanceError as `openCheckpoint`, `frechetDistance` and `kernelDistance`; `invalid_input` for a key that
 * the file lacks (its keys are named) or that is not a matrix
 */
export async function distance(
  options: { file: string; a?: string; b?: string; json?: boolean },
  output: Pick<NodeJS.WriteStream, "write"> = process.stdout,
): Promise<number> {
  const { file, a, b } = options;
  if (!a || !b) {
    throw new SemblanceError("invalid_input", "Two keys are needed.", {
      remedy: "Write: semblance distance FILE --a KEY --b KEY.",
    });
  }
  const result = await measureDistance(file, a, b);
  if (options.json) {
    output.write(`${JSON.stringify(result)}\n`);
  } else {
    output.write(
      `Fréchet distance  ${result.frechet.toPrecision(8)}\n` +
        `KID (unbiased)    ${result.kid.toPrecision(8)}\n` +
        `between ${result.n1} and ${counted(result.n2, "vector", "vectors")} of ${counted(result.dims, "dimension", "dimensions")}\n`,
    );
  }
  return 0;
}

async function measureDistance(file: string, a: string, b: string): Promise<Distance> {
  const stored = await openCheckpoint(file);
  try {
    const read = async (key: string): Promise<Features> => {
      const description = stored.tensors.get(key);
      if (!description) {
        throw new SemblanceError("missing_tensor", `${file} has no features under "${key}".`, {
          remedy: `Choose from: ${[...stored.tensors.keys()].slice(0, 20).join(", ")}.`,
        });
      }
      const [count, dims] = description.shape;
      if (description.shape.length !== 2 || count === undefined || dims === undefined) {
        throw new SemblanceError(
          "shape_mismatch",
          `"${key}" has the shape [${description.shape.join(", ")}]; features are a matrix with one row per image.`,
          { remedy: "Name the key of a two-dimensional tensor." },
        );
      }
      const values =
        description.dtype === "float64"
          ? ((await stored.read(key)).data as Float64Array)
          : await stored.readFloat32(key);
      return { count, dims, values };
    };
    const [first, second] = [await read(a), await read(b)];
    return {
      frechet: await frechetDistance(first, second, [a, b]),
      kid: await kernelDistance(first, second, [a, b]),
      n1: first.count,
      n2: second.count,
      dims: first.dims,
    };
  } finally {
    await stored.close();
  }
}
