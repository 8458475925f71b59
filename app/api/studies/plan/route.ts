/**
 * The planner: takes a question, and answers with lines of JSON while it simulates: `{ "progress": 0.4 }`, null while
 * others are before it, and in the end `{ "answer": … }` or `{ "error": … }`. Disconnecting ends the simulation.
 */
import { compute } from "@/lib/computations/compute";
import { SemblanceError } from "@/lib/errors";
import { fieldErrors, fieldMessage } from "@/lib/platform/accounts/field-errors";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";
import { errorResponse } from "@/lib/platform/server/error-response";
import { planQuestion } from "@/lib/studies/planner/plan-question";

export const POST = protectedRoute(staff, readsOnly, async (request, _params, member) => {
  const parsed = planQuestion.safeParse(await request.json().catch(() => null), { error: fieldMessage });
  if (!parsed.success) {
    throw new SemblanceError("invalid_input", "Some fields need correcting.", {
      details: { fields: fieldErrors(parsed.error) },
    });
  }
  const lines = new TransformStream<string, Uint8Array>({
    transform: (line, controller) => controller.enqueue(new TextEncoder().encode(`${line}\n`)),
  });
  const writer = lines.writable.getWriter();
  // The client has disconnected.
  const write = (line: unknown) => void writer.write(JSON.stringify(line)).catch(() => {});
  let take = () => {};
  const taken = new Promise<void>((resolve) => {
    take = resolve;
  });
  const answered = compute("plan-study", parsed.data, {
    owner: member.id,
    signal: request.signal,
    onProgress: (progress) => {
      take();
      write({ progress });
    },
  });
  // A full queue has a status of its own; what comes later is told in the stream.
  await Promise.race([taken, answered]);
  answered
    .then(
      (answer) => write({ answer }),
      async (thrown) => write(await errorResponse(thrown).json()),
    )
    .then(() => writer.close())
    .catch(() => {});
  return new Response(lines.readable, {
    headers: { "content-type": "application/x-ndjson", "cache-control": "no-store, no-transform" },
  });
});
