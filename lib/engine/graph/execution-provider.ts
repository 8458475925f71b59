/** Where graphs run: the processor, or a graphics card through WebGPU or CUDA. */

/** After "webgpu:", the number or a part of the name of a graphics adapter; without it, the fastest one. */
export type ExecutionProvider = "cpu" | "cuda" | "webgpu" | `webgpu:${string}`;

export function isWebgpu(provider: ExecutionProvider): boolean {
  return provider === "webgpu" || provider.startsWith("webgpu:");
}

/** What a provider says of the adapter that is wanted; null where it says nothing. */
export function wantedAdapter(provider: ExecutionProvider): string | null {
  return provider.startsWith("webgpu:") ? provider.slice("webgpu:".length) : null;
}
