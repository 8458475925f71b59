/** Images that are left out of a computation because they cannot be read, and must be named. */
import { z } from "zod";

/** `reason` is a sentence that names the file. */
export const leftOutImages = z.array(z.object({ name: z.string(), reason: z.string() }));

export type LeftOutImage = Readonly<z.output<typeof leftOutImages>[number]>;

/** With the file's path, where it is on this machine. */
export type LeftOutFile = LeftOutImage & { readonly path: string };

const mostListed = 5;

/** "3 images could not be read and were left out: cats/a.jpg is damaged …", in full sentences; the first `most` are named. */
export function describeLeftOut(
  leftOut: readonly LeftOutImage[],
  noun: readonly [string, string],
  most = mostListed,
): string {
  const count = leftOut.length;
  const more = count - most;
  return [
    `${count} ${count === 1 ? noun[0] : noun[1]} could not be read and ${count === 1 ? "was" : "were"} left out:`,
    ...leftOut.slice(0, most).map(({ reason }) => reason),
    ...(more > 0 ? [`And ${more} more.`] : []),
  ].join(" ");
}
