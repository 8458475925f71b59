/** An image file, and what people know it by. */
import { basename } from "node:path";

/** `name` absent: known by the file's own name. */
export type NamedFile = { readonly path: string; readonly name?: string | undefined };

/** What messages call a file. */
export const labelOf = ({ name, path }: NamedFile) => name ?? basename(path);
