/** Lets a page answer 404 where its use case says that the thing is not there. */
import { notFound } from "next/navigation";
import { toSemblanceError } from "@/lib/errors";

/** For `await getThing(id).catch(orNotFound)`; any other error goes on to the error page. */
export function orNotFound(thrown: unknown): never {
  if (toSemblanceError(thrown).code === "not_found") notFound();
  throw thrown;
}
