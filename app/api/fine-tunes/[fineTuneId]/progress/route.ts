/** What a run's page polls: state, and what is new since the steps and the line of the log that it names. */
import { SemblanceError } from "@/lib/errors";
import { getFineTuneProgress } from "@/lib/fine-tunes/get-fine-tune";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";

export const GET = protectedRoute<{ fineTuneId: string }>(
  staff,
  readsOnly,
  async (request, { fineTuneId }) => {
    const query = new URL(request.url).searchParams;
    const step = wholeNumber(query.get("step"));
    const stride = wholeNumber(query.get("stride"));
    const previewStep = wholeNumber(query.get("previewStep"));
    const validationStep = wholeNumber(query.get("validationStep"));
    const logId = query.get("logId");
    if (logId !== null && !/^\d{1,18}$/.test(logId)) throw badQuery();
    const progress = await getFineTuneProgress(fineTuneId, {
      ...(step === null ? {} : { step }),
      ...(stride === null ? {} : { stride }),
      ...(previewStep === null ? {} : { previewStep }),
      ...(validationStep === null ? {} : { validationStep }),
      ...(logId === null ? {} : { logId }),
    });
    return Response.json(progress, { headers: { "cache-control": "no-store" } });
  },
);

function wholeNumber(text: string | null): number | null {
  if (text === null) return null;
  const value = Number(text);
  if (!Number.isInteger(value) || value < -1 || value > 2 ** 31 - 1) throw badQuery();
  return value;
}

function badQuery(): SemblanceError {
  return new SemblanceError(
    "invalid_input",
    "step, stride, previewStep, validationStep and logId are whole numbers.",
  );
}
