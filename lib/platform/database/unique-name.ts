/** Turns the database's error about a name in use into one for the form's field. */
import { SemblanceError } from "@/lib/errors";

/** Runs `create`; where its row's name is taken, says so at the field `name`. */
export async function withUniqueName<Result>(
  kind: string,
  name: string,
  create: () => Promise<Result>,
): Promise<Result> {
  try {
    return await create();
  } catch (error) {
    if ((error as { code?: string }).code !== "P2002") throw error;
    throw new SemblanceError("conflict", `There is already a ${kind} called “${name}”.`, {
      remedy: "Choose another name.",
      details: { field: "name" },
    });
  }
}
