/** How a settings file names a dataset, a model, an adapter or a set of masks. No database here. */
import { z } from "zod";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "A SHA-256 has 64 hexadecimal digits.");

/** Its name in the installation where the file was written, and what it contains. */
export const namedContent = z.strictObject({
  name: z.string().min(1),
  /** Of a model's or an adapter's stored file; of a dataset see contentHash. */
  sha256: sha256.optional(),
});

export const namedDataset = namedContent.extend({ revision: z.number().int().min(1).optional() });

export type NamedContent = { readonly name: string; readonly sha256?: string; readonly revision?: number };

/** The same values without their defaults: what a file leaves out may come from elsewhere. */
export function withoutDefaults<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(
    Object.fromEntries(
      Object.entries(shape).map(([name, type]) => [
        name,
        (type instanceof z.ZodDefault ? (type.unwrap() as z.ZodType) : (type as z.ZodType)).optional(),
      ]),
    ),
  );
}
