/** The most memory that this process has held. */
import { readFileSync } from "node:fs";

/** Resident bytes; on Linux without those of the process that started it, which the system's own count includes. */
export function peakMemoryBytes(): number {
  return readHighWaterMark() ?? process.resourceUsage().maxRSS * 1024;
}

/** Null on other systems. */
function readHighWaterMark(): number | null {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
    return found ? Number(found[1]) * 1024 : null;
  } catch {
    return null;
  }
}
