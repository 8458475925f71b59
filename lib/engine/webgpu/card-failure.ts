/** Errors after which a graphics card cannot go on with what it was asked for, although another device may. */
import { SemblanceError } from "@/lib/errors";

/** Marks such errors in their details; they may have crossed a process boundary. */
const mark = "failedCard";

/** @param name the card's, or "webgpu" where none was found */
export function cardError(
  name: string,
  message: string,
  {
    code = "unavailable",
    ...options
  }: { code?: "unavailable" | "too_large"; remedy: string; cause?: unknown },
): SemblanceError {
  return new SemblanceError(code, message, { ...options, details: { [mark]: name } });
}

export function isCardError(error: unknown): error is SemblanceError {
  return error instanceof SemblanceError && error.details?.[mark] !== undefined;
}

/** The driver was reset, or found an error in what it was told. */
export function cardFailed(name: string, cause: unknown): SemblanceError {
  return cardError(name, `The graphics card ${name} stopped working.`, {
    remedy:
      "Resume the run; if it happens again, update the driver or choose the processor (SEMBLANCE_PROVIDER=cpu).",
    cause,
  });
}

/** @param owner what did not fit. @param needs what it asked for, in words */
export function cardTooSmall(name: string, owner: string, needs: string): SemblanceError {
  return cardError(name, `“${owner}” does not fit into the memory of ${name}: it needs ${needs}.`, {
    code: "too_large",
    remedy: `${memorySavers}, or run on the processor.`,
  });
}

/** Room for something small was missing in the middle of the work. */
export function cardMemoryExhausted(name: string, cause: unknown): SemblanceError {
  return cardError(name, `The memory of the graphics card ${name} is used up.`, {
    code: "too_large",
    remedy: `${memorySavers}, end other programs on the card, or run on the processor.`,
    cause,
  });
}

const memorySavers =
  "Take a smaller batch (with gradient accumulation), recompute activations, store them in half precision, train an adapter (LoRA)";
