/** What services write: each line to their file, and to the terminal what the operator should see there. */
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { prettyFactory } from "pino-pretty";
import { dataPaths, env } from "@/lib/env";
import { type LogFile, openLogFile } from "@/lib/platform/log/log-file";
import { redact } from "@/lib/platform/log/redact";

/** Where the supervisor's and its services' lines go. */
export type ServiceLog = {
  /** Takes the lines of a service's output. */
  follow: (service: string, output: Readable, level: "info" | "error") => void;
  /** An event of the supervisor's own, which people at a terminal read as it is. */
  event: (level: "info" | "warn" | "error", message: string) => void;
};

const shownOnTerminals = new Set(["warn", "error", "fatal"]);

/**
 * On a terminal, or with SEMBLANCE_LOG_FORMAT=text, warnings and errors are shown in a short form; otherwise every line
 * goes to standard error as JSON.
 */
export function openServiceLog(
  dataFolder: string,
  output: NodeJS.WriteStream = process.stderr,
  format = env().logFormat,
): ServiceLog {
  const files = new Map<string, LogFile>();
  const isText = format === "text" || (format === "auto" && output.isTTY === true);
  const pretty = prettyFactory({
    colorize: output.isTTY === true,
    translateTime: "SYS:HH:MM:ss",
    ignore: "pid,service",
    messageFormat: "[{service}] {msg}",
  });
  const take = (service: string, line: string, level: string) => {
    const entry = toEntry(service, line, level);
    const text = JSON.stringify(entry);
    let file = files.get(service);
    if (!file) {
      file = openLogFile(join(dataPaths(dataFolder).logs, `${service}.log`));
      files.set(service, file);
    }
    file.write(text);
    if (!isText) output.write(`${text}\n`);
    else if (shownOnTerminals.has(String(entry.level))) output.write(pretty(entry));
  };
  return {
    follow(service, stream, level) {
      createInterface({ input: stream }).on("line", (line) => {
        if (line.trim() !== "") take(service, line, level);
      });
    },
    event(level, message) {
      take("supervisor", message, level);
    },
  };
}

/** What is no line of the log already: the runtime's own words, such as those of a crash. */
function toEntry(service: string, line: string, level: string): Record<string, unknown> {
  try {
    const entry = JSON.parse(line) as Record<string, unknown> | null;
    if (typeof entry === "object" && entry !== null && "time" in entry && "level" in entry) return entry;
  } catch {
    // Plain text.
  }
  return { level, time: new Date().toISOString(), service, msg: redact(line) };
}
