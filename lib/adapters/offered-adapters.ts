/** Adapters as forms offer them. */
import { type AdapterSummary, listAdapters } from "./list-adapters";

/** As many as a list to choose from may have. */
const mostChoices = 100;

export function offeredAdapter({ id, name, rank, fineTune }: AdapterSummary) {
  return { id, name, rank, from: fineTune ? `from the fine-tune ${fineTune.name}` : "from a file" };
}

export async function listOfferedAdapters() {
  const { adapters } = await listAdapters({ pageSize: mostChoices });
  return adapters.map(offeredAdapter);
}
