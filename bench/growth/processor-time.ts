/** Processor time and memory as Linux counts them: clocks are not to be trusted on a machine that does other work. */
import { readdirSync, readFileSync } from "node:fs";

/** Linux counts in hundredths. */
const ticksPerSecond = 100;

/** Seconds of a process and all its children, those that have ended included. */
export function processorSeconds(root: number): number {
  const parentOf = new Map<number, number>();
  const secondsOf = new Map<number, number>();
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    const fields = statFields(pid);
    if (!fields) continue;
    parentOf.set(pid, Number(fields[1]));
    // utime, stime, and cutime, cstime of children that were waited for.
    secondsOf.set(pid, fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond);
  }
  let sum = 0;
  for (const [pid, seconds] of secondsOf) {
    let at: number | undefined = pid;
    while (at !== undefined && at !== root) at = parentOf.get(at);
    if (at === root) sum += seconds;
  }
  return sum;
}

/** Megabytes that this process has taken at most, or one of its children that still run. */
export function highestMemoryMb(): number {
  const own = readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid === process.pid || Number(statFields(pid)?.[1]) === process.pid);
  return Math.max(...own.map(highestMemoryOf));
}

/** 0 where the process has ended. */
function highestMemoryOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** What follows the command's name in /proc/PID/stat; null where the process has ended. */
function statFields(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return null;
  }
}
