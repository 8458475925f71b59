/** Images that take no part in a computation because they cannot be read: whoever leaves them out says which. */

/** `reason` is a sentence that names the file. */
export type LeftOutImage = { readonly name: string; readonly reason: string };

const mostListed = 5;

/** "3 photographs cannot be read and take no part: cats/a.jpg is damaged … " in full sentences; the first five are named. */
export function describeLeftOut(leftOut: readonly LeftOutImage[], noun: readonly [string, string]): string {
  const count = leftOut.length;
  const more = count - mostListed;
  const [what, verbs] = count === 1 ? [noun[0], "takes"] : [noun[1], "take"];
  return [
    `${count} ${what} cannot be read and ${verbs} no part:`,
    ...leftOut.slice(0, mostListed).map(({ reason }) => reason),
    ...(more > 0 ? [`And ${more} more.`] : []),
  ].join(" ");
}
