/**
 * The log: one line of JSON for each event, with time, level, service, and the request or job that it belongs to.
 * Nothing secret gets into a line, see redact.ts.
 */
import { format, stripVTControlCharacters } from "node:util";
import pino from "pino";
import { env } from "@/lib/env";
import { requestContext } from "@/lib/platform/request/request-context";
import { redact } from "./redact";

// Next bundles this module more than once; the log must still be one per process.
const holder = globalThis as typeof globalThis & { semblanceLog?: pino.Logger };

/**
 * The process's log. Services write to standard output, where their supervisor takes the lines from; commands of people
 * write to standard error, and only what is wrong.
 */
export function log(): pino.Logger {
  holder.semblanceLog ??= makeLog("command", "warn", (line) => process.stderr.write(toWords(line)));
  return holder.semblanceLog;
}

/** Makes this process a service of that name: its log consists of lines of JSON, including everything written to the console. */
export function startLog(service: "web" | "worker"): void {
  const destination = pino.destination({ dest: process.stdout.fd, sync: true });
  const made = makeLog(service, env().logLevel, (line) => destination.write(line));
  holder.semblanceLog = made;
  const levels = { log: "info", info: "info", debug: "debug", warn: "warn", error: "error" } as const;
  for (const [method, level] of Object.entries(levels)) {
    console[method as keyof typeof levels] = (...words: unknown[]) => write(made, level, words);
  }
  process.on("warning", ({ name, message }) => made.warn({ warning: name }, message));
  process.on("uncaughtException", (error) => {
    made.fatal(error, "The process ended by an error that nothing caught.");
    process.exit(1);
  });
}

function write(made: pino.Logger, level: "info" | "debug" | "warn" | "error", words: unknown[]): void {
  const error = words.find((word) => word instanceof Error);
  const others = words.filter((word) => word !== error);
  const text = stripVTControlCharacters(format(...others)).trim();
  if (!text && !error) return;
  made[level](error ? { err: error } : {}, text || undefined);
}

/** As people read it who typed a command. */
function toWords(line: string): string {
  const { msg, err } = JSON.parse(line) as { msg?: string; err?: { stack?: string; message: string } };
  return `${[msg, err?.stack ?? err?.message].filter(Boolean).join("\n")}\n`;
}

function makeLog(service: string, level: string, write: (line: string) => void): pino.Logger {
  return pino(
    {
      level,
      base: { service, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // An error's own fields (Prisma's meta, a request) may hold what people typed.
      serializers: { err: toError },
      mixin() {
        const context = requestContext();
        return context ? { requestId: context.requestId } : {};
      },
    },
    { write: (line: string) => write(redact(line)) },
  );
}

/** Type, message, stack and causes. */
function toError(thrown: unknown): object {
  if (!(thrown instanceof Error)) {
    const { message } = (thrown ?? {}) as { message?: unknown };
    return { message: typeof message === "string" ? message : String(thrown) };
  }
  const { code } = thrown as { code?: unknown };
  return {
    type: thrown.name,
    message: thrown.message,
    ...(typeof code === "string" ? { code } : {}),
    stack: thrown.stack,
    ...(thrown.cause === undefined ? {} : { cause: toError(thrown.cause) }),
  };
}
