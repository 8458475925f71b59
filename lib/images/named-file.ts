/** An image file, and the name by which people know it. */
import { basename } from "node:path";

/** `name` absent: known by the file's own name. */
export type NamedFile = { readonly path: string; readonly name?: string | undefined };

/** What messages call a file. */
export const labelOf = ({ name, path }: NamedFile) => name ?? basename(path);
