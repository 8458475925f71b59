/** How busy a graphics card is, as NVIDIA's driver tells it; WebGPU and ONNX Runtime do not say. */
import { execFile } from "node:child_process";

export type CardUse = {
  /** 0 to 1: the part of the last moment in which some kernel ran. */
  readonly load: number;
  /** By all processes. */
  readonly memoryBytes: number;
  /** What the card has; null where the driver does not tell. */
  readonly totalMemoryBytes: number | null;
};

const query = ["--query-gpu=utilization.gpu,memory.used,memory.total", "--format=csv,noheader,nounits"];
const limitMs = 5000;
const bytesPerMebibyte = 2 ** 20;

/**
 * Asks the driver's own program, nvidia-smi.
 *
 * @returns null without it, and where there are several cards: nothing tells which of them the graph is on
 */
export async function readCardUse(): Promise<CardUse | null> {
  const text = await new Promise<string | null>((resolve) => {
    execFile("nvidia-smi", query, { timeout: limitMs }, (error, stdout) => resolve(error ? null : stdout));
  });
  return text === null ? null : parseCardUse(text);
}

/** @param text a line "percent, mebibytes used, mebibytes in all" per card, with "[N/A]" for what a card does not tell */
export function parseCardUse(text: string): CardUse | null {
  const lines = text.trim().split("\n");
  if (lines.length !== 1) return null;
  const [percent, mebibytes, total] = lines[0]!.split(",").map((field) => Number.parseFloat(field));
  if (!Number.isFinite(percent) || !Number.isFinite(mebibytes)) return null;
  return {
    load: percent! / 100,
    memoryBytes: mebibytes! * bytesPerMebibyte,
    totalMemoryBytes: Number.isFinite(total) ? total! * bytesPerMebibyte : null,
  };
}
