/** Has the pages redrawn that show what an action has changed, and no others. */
import { revalidatePath } from "next/cache";
import { type EntityKind, pagesOf } from "./entities";

export function revalidate(...kinds: EntityKind[]): void {
  for (const route of pagesOf(...kinds)) revalidatePath(route, "page");
}
