/** Which device of the machine a provider computes on: workers that name the same one take turns. */
import { type ExecutionProvider, isWebgpu, wantedAdapter } from "../graph/execution-provider";
import { findAdapter } from "../webgpu/dawn";
import { listGraphicsAdapters } from "../webgpu/list-adapters";

/**
 * "cpu", "cuda:0" or "webgpu:1".
 *
 * @param cudaDevices the cards that CUDA may use, as in CUDA_VISIBLE_DEVICES; null: all, of which the first is used
 */
export async function computingDevice(
  provider: ExecutionProvider,
  cudaDevices: string | null,
): Promise<string> {
  if (provider === "cuda") return `cuda:${cudaDevices ?? "0"}`;
  if (!isWebgpu(provider)) return provider;
  const adapters = await listGraphicsAdapters();
  const wanted = wantedAdapter(provider);
  const index =
    wanted === null ? adapters.findIndex(({ isUsual }) => isUsual) : findAdapter(adapters, wanted);
  return index === -1 ? "webgpu" : `webgpu:${index}`;
}
