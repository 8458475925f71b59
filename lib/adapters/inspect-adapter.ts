/** What is stored of an adapter's file besides its bytes. */
import { loraSizes, readLora } from "@/lib/diffusion/lora/lora-adapter";
import { SemblanceError } from "@/lib/errors";

/**
 * @param known the alpha of a file that does not say it
 * @throws SemblanceError as readLora; `invalid_file` for numbers that are NaN or infinite
 */
export async function inspectAdapter(path: string, known: { alpha?: number } = {}) {
  const adapter = await readLora(path, known);
  const { file, rank, alpha, pairs } = adapter;
  for (const [weight, { a, b }] of pairs) {
    if (a.every(Number.isFinite) && b.every(Number.isFinite)) continue;
    throw new SemblanceError(
      "invalid_file",
      `${file}: values of the matrices for ${weight} are NaN or infinite.`,
      {
        remedy: "The training run probably diverged. Use an earlier adapter.",
      },
    );
  }
  const numbers = [...pairs.values()].reduce((sum, { a, b }) => sum + a.length + b.length, 0);
  return { rank, alpha, sizes: Object.fromEntries(loraSizes(adapter)), parameterCount: BigInt(numbers) };
}
