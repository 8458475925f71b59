/** The browser's side of the planner's route. */
import type { ActionFailure, ActionResult } from "@/lib/platform/accounts/protected-action";
import type { PlanAnswer } from "@/lib/studies/planner/plan-study";

type Refusal = {
  code: ActionFailure["code"];
  message: string;
  remedy?: string;
  details?: { fields?: Record<string, string> };
};

type Line = { progress: number | null } | { answer: PlanAnswer } | { error: Refusal };

/**
 * @param onProgress 0 to 1; null while other computations are before it
 * @returns null where `signal` was aborted, which ends the simulation
 */
export async function requestPlan(
  question: unknown,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (share: number | null) => void },
): Promise<ActionResult<PlanAnswer> | null> {
  try {
    const response = await fetch("/api/studies/plan", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(question),
      signal,
    });
    if (!response.ok) return toFailure(((await response.json()) as { error: Refusal }).error);
    for await (const line of linesOf(response.body!)) {
      if ("progress" in line) onProgress(line.progress);
      else if ("answer" in line) return { ok: true, value: line.answer };
      else return toFailure(line.error);
    }
  } catch (thrown) {
    if (signal.aborted) return null;
    throw thrown;
  }
  throw new Error("The stream ended without an answer.");
}

async function* linesOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<Line> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop()!;
    for (const line of lines) yield JSON.parse(line) as Line;
  }
}

function toFailure({ code, message, remedy, details }: Refusal): ActionFailure {
  return {
    ok: false,
    code,
    message,
    ...(remedy ? { remedy } : {}),
    ...(details?.fields ? { fields: details.fields } : {}),
  };
}
