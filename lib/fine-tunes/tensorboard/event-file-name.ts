/** What an event file is called: TensorBoard reads files whose names contain "tfevents". */

export function eventFileName(createdAt: Date, name: string): string {
  const seconds = String(Math.floor(createdAt.getTime() / 1000)).padStart(10, "0");
  return `events.out.tfevents.${seconds}.${name.replace(/[^\w-]+/g, "-")}`;
}
