/** Errors for users: a stable code, a message that names the thing, and how to fix it. */

const statusByCode = {
  invalid_input: 400,
  invalid_file: 422,
  unsupported_file: 415,
  misdirected: 421,
  shape_mismatch: 422,
  missing_tensor: 422,
  not_found: 404,
  method_not_allowed: 405,
  timed_out: 408,
  not_signed_in: 401,
  forbidden: 403,
  conflict: 409,
  gone: 410,
  too_large: 413,
  too_many_requests: 429,
  missing_weights: 424,
  disk_full: 507,
  unavailable: 503,
  cancelled: 499,
  internal: 500,
} as const;

export type ErrorCode = keyof typeof statusByCode;

/** Next bundles this module more than once, and the web server has its own: an error of one is known to all by this. */
const mark = Symbol.for("semblance.error");

/**
 * An error whose message may be shown to the user.
 *
 * `message` names the file, row, field or tensor at fault; `remedy` says what to do about it. What belongs into
 * the log only (paths, upstream errors) goes into `cause`.
 */
export class SemblanceError extends Error {
  readonly [mark] = true;
  readonly code: ErrorCode;
  readonly remedy: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { remedy?: string; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "SemblanceError";
    this.code = code;
    this.remedy = options.remedy;
    this.details = options.details;
  }

  static override [Symbol.hasInstance](value: unknown): value is SemblanceError {
    return typeof value === "object" && value !== null && mark in value;
  }
}

/** The HTTP status that fits an error code; total over the codes, so that a new code cannot be forgotten. */
export function errorToStatus(code: ErrorCode): number {
  return statusByCode[code];
}

/**
 * Anything thrown, as a SemblanceError: a full disk keeps its meaning; all else becomes `internal` and keeps its text for
 * the log alone. Where a database may be what failed, `toPlatformError` in lib/platform/database says more.
 */
export function toSemblanceError(thrown: unknown): SemblanceError {
  if (thrown instanceof SemblanceError) return thrown;
  const { code, message } = (thrown ?? {}) as { code?: unknown; message?: unknown };
  const text = String(message);
  if (code === "ENOSPC" || code === "EDQUOT" || text.includes("No space left on device")) {
    return new SemblanceError("disk_full", "The disk is full.", {
      remedy: "Free some space, or move the data folder, and try again.",
      cause: thrown,
    });
  }
  return new SemblanceError("internal", "Something went wrong.", {
    remedy: "Try again. If it happens again, look for the cause in the log.",
    cause: thrown,
  });
}
