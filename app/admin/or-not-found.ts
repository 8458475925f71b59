/** Lets a page answer 404 where its use case says that the thing is not there. */
import { notFound } from "next/navigation";
import { toPlatformError } from "@/lib/platform/database/database-errors";

/** For `await getThing(id).catch(orNotFound)`; any other error goes on to the error page. */
export function orNotFound(thrown: unknown): never {
  if (toPlatformError(thrown).code === "not_found") notFound();
  throw thrown;
}
