/** An adapter as forms offer it. */
import type { AdapterSummary } from "./list-adapters";

export function offeredAdapter({ id, name, rank, fineTune }: AdapterSummary) {
  return { id, name, rank, from: fineTune ? `from the fine-tune ${fineTune.name}` : "from a file" };
}
