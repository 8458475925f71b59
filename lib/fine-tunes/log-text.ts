/** A run's log as text: a line each with its time (UTC) and level. */
import { db } from "@/lib/platform/database/db";

const linesAtOnce = 1000;

export async function* logToText(fineTuneId: string): AsyncGenerator<string, void, undefined> {
  for (let last = 0n; ; ) {
    const lines = await db.logLine.findMany({
      where: { fineTuneId, id: { gt: last } },
      orderBy: { id: "asc" },
      take: linesAtOnce,
    });
    if (lines.length === 0) return;
    last = lines.at(-1)!.id;
    yield lines
      .map(
        ({ at, level, message }) =>
          `${at.toISOString()} ${level.padEnd(7)} ${message.replaceAll("\n", " ")}\n`,
      )
      .join("");
  }
}
