/** What PostgreSQL, its driver and Prisma throw, as users and workers need to know it. */
import { SemblanceError, toSemblanceError } from "@/lib/errors";

/** Codes of Prisma, PostgreSQL (Appendix A of its manual) and the system for a database that is away for a moment. */
const lostCodes = new Set([
  // Out of reach, timed out, closed the connection, no connection free, too many connections.
  ...["P1001", "P1002", "P1008", "P1017", "P2024", "P2037"],
  // Shut down by an administrator, crashed, starting up, dropped, idle for too long; too many connections.
  ...["57P01", "57P02", "57P03", "57P04", "57P05", "53300"],
  ...[
    "ECONNREFUSED",
    "ECONNRESET",
    "ECONNABORTED",
    "EPIPE",
    "ETIMEDOUT",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "EAI_AGAIN",
  ],
]);

/** PostgreSQL's class of connection exceptions. */
const connectionException = /^08[0-9A-Z]{3}$/;

/** Kinds of the errors that Prisma's driver adapter throws; statements written by hand say no more than these. */
const lostKinds = new Set([
  "DatabaseNotReachable",
  "ConnectionClosed",
  "SocketTimeout",
  "TooManyConnections",
]);

/** Of errors to which the driver gives no code. */
const lostMessage =
  /^Connection terminated|^Client has encountered a connection error|^Client was closed|^timeout exceeded when trying to connect|^terminating connection/;

type DriverError = {
  code?: unknown;
  kind?: unknown;
  message?: unknown;
  cause?: unknown;
  errors?: unknown;
  meta?: { driverAdapterError?: unknown };
};

/**
 * Whether an error only says that the database is away for a moment: what failed can be tried again. A SemblanceError
 * never does; its cause may be a lost connection to somebody else's server.
 */
export function isLostDatabase(thrown: unknown): boolean {
  if (typeof thrown !== "object" || thrown === null || thrown instanceof SemblanceError) return false;
  const { code, kind, message, cause, errors, meta } = thrown as DriverError;
  if (typeof code === "string" && (lostCodes.has(code) || connectionException.test(code))) return true;
  if (typeof kind === "string" && lostKinds.has(kind)) return true;
  if (typeof message === "string" && lostMessage.test(message)) return true;
  return [cause, meta?.driverAdapterError, ...(Array.isArray(errors) ? errors : [])].some(isLostDatabase);
}

/** As `toSemblanceError`, wherever the database may be what failed. */
export function toPlatformError(thrown: unknown): SemblanceError {
  if (thrown instanceof SemblanceError) return thrown;
  const { code, message } = (thrown ?? {}) as DriverError;
  const text = String(message);
  // PostgreSQL keeps no NUL characters, which an address may hold too (%00).
  if ((code === "P2007" && text.includes("type uuid")) || text.includes('for encoding "UTF8": 0x00')) {
    return new SemblanceError("not_found", "There is nothing at this address.", {
      remedy: "Check that you copied the whole address.",
      cause: thrown,
    });
  }
  // A table or column that there is not; in a statement written by hand, PostgreSQL's own code for a column.
  if (code === "P2021" || code === "P2022" || (code === "P2010" && text.includes("`42703`"))) {
    return new SemblanceError("unavailable", "The database belongs to another version of Semblance.", {
      remedy: "Restart the server (npm start), which updates the database.",
      cause: thrown,
    });
  }
  // No connection was free in time, or a transaction took too long.
  if (code === "P2024" || code === "P2028") {
    return new SemblanceError("unavailable", "The database did not respond in time.", {
      remedy: "Try again in a moment. If the problem persists, the machine is overloaded.",
      cause: thrown,
    });
  }
  if (isLostDatabase(thrown)) {
    return new SemblanceError("unavailable", "The database cannot be reached.", {
      remedy:
        "Try again in a moment. If the problem persists, look for the cause in the database's log in the data folder.",
      cause: thrown,
    });
  }
  return toSemblanceError(thrown);
}
