/** Which execution provider this machine should use: each candidate is tried before it is taken. */
import { fork } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { type ExecutionProvider, wantedAdapter } from "../graph/execution-provider";
import { findAdapter } from "../webgpu/dawn";
import { listGraphicsAdapters } from "../webgpu/list-adapters";
import { type ProbeReport, rightWithin } from "./probe-report";

export type ProviderChoice = {
  readonly provider: ExecutionProvider;
  /** The ones that were wished for or would have been better, and why they were not taken. */
  readonly declined: readonly { readonly provider: ExecutionProvider; readonly reason: string }[];
  /** Why another provider than the one that was named is taken; absent where it is that one, or none was named. */
  readonly refusal?: string;
};

/** Best first. */
const accelerators: readonly ExecutionProvider[] = ["cuda", "webgpu"];

/** First use of a graphics card compiles its kernels. */
const probeTimeoutMs = 60_000;

/**
 * Decides where to run. "auto" takes the first accelerator that computes right and faster than the processor; a
 * named one is taken if it computes right. Otherwise the processor. Does not throw for lack of a device: each
 * candidate is tried in a child process, since a broken driver may end the process that calls it.
 *
 * @throws SemblanceError `unavailable` for an adapter that is named and not there, listing those there
 */
export async function chooseExecutionProvider(wish: "auto" | ExecutionProvider): Promise<ProviderChoice> {
  if (wish === "cpu") return { provider: "cpu", declined: [] };
  const adapter = wish === "auto" ? null : wantedAdapter(wish);
  if (adapter !== null) findAdapter(await listGraphicsAdapters(), adapter);
  const candidates = wish === "auto" ? accelerators : [wish];
  const declined: { provider: ExecutionProvider; reason: string }[] = [];
  for (const provider of candidates) {
    const reason = declineReason(await probe(provider, wish === "auto"));
    if (reason === null) return { provider, declined };
    declined.push({ provider, reason });
  }
  const choice = { provider: "cpu", declined } as const;
  return wish === "auto" ? choice : { ...choice, refusal: `${wish} is not used: ${declined[0]!.reason}` };
}

function declineReason(report: ProbeReport | { crashed: string }): string | null {
  if ("crashed" in report) return `the process that tried it ended (${report.crashed})`;
  if ("error" in report)
    return knownReason(report.error) ?? `it does not start: ${report.error.split("\n")[0]}`;
  if (!(report.relativeError < rightWithin)) return "it computes wrong numbers on this machine";
  if (report.speed && report.speed.milliseconds >= report.speed.cpuMilliseconds) {
    const [own, cpu] = [report.speed.milliseconds, report.speed.cpuMilliseconds].map((ms) => ms.toFixed(0));
    return `it is slower than the processor here (${own} ms against ${cpu} ms), perhaps because its driver runs in software`;
  }
  return null;
}

function knownReason(error: string): string | null {
  if (/Failed to load|no such file|not supported on this platform|backend not found/i.test(error)) {
    return "its libraries are not installed";
  }
  if (/adapter|libvulkan|GLIBC_/i.test(error))
    return "there is no graphics device with a driver that it can use";
  if (/no CUDA-capable device|CUDA driver version|cudaError|CUDA failure/i.test(error)) {
    return "there is no CUDA device with a compatible driver";
  }
  return null;
}

function probe(
  provider: ExecutionProvider,
  mustBeFaster: boolean,
): Promise<ProbeReport | { crashed: string }> {
  const script = fileURLToPath(new URL("./provider-probe.ts", import.meta.url));
  const execArgv = ["--import", createRequire(import.meta.url).resolve("tsx")];
  return new Promise((resolve) => {
    const child = fork(script, [provider, mustBeFaster ? "faster" : "right"], {
      execArgv,
      stdio: "ignore",
      timeout: probeTimeoutMs,
      killSignal: "SIGKILL",
    });
    child.once("message", (report) => resolve(report as ProbeReport));
    child.once("error", (error) => resolve({ crashed: error.message }));
    child.once("exit", (code, signal) =>
      resolve({
        crashed: signal === "SIGKILL" ? `after ${probeTimeoutMs / 1000} s` : (signal ?? `exit code ${code}`),
      }),
    );
  });
}
