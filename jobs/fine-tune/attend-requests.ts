/** Hands what people ask of a run to its process, also what was asked before that started. */
import type { RunRequest } from "@/lib/diffusion/training/run-requests";
import { listRunRequests } from "@/lib/fine-tunes/run-requests";
import { log } from "@/lib/platform/log/log";

const lookEveryMs = 500;

/** @returns what ends it */
export function attendRequests(fineTuneId: string, tell: (request: RunRequest) => void): () => void {
  const told = new Set<string>();
  const look = async () => {
    for (const { id, kind } of await listRunRequests(fineTuneId)) {
      if (told.has(id)) continue;
      told.add(id);
      tell({ id, kind: kind === "SAVE" ? "save" : "sample" });
    }
  };
  const timer = setInterval(() => {
    look().catch((error) => log().warn({ err: error }, "The requests of a run could not be read."));
  }, lookEveryMs);
  return () => clearInterval(timer);
}
