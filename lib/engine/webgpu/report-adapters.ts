/** Child process: asks WebGPU for the adapters of each kind and tells the parent; a broken driver ends this process alone. */
import { create, globals } from "webgpu";
import type { GraphicsAdapter } from "./list-adapters";

/** An adapter is had only by a wish: these give the fastest, the most frugal and the one in software. */
const wishes: readonly GPURequestAdapterOptions[] = [
  { powerPreference: "high-performance" },
  { powerPreference: "low-power" },
  { forceFallbackAdapter: true },
];

async function report(): Promise<GraphicsAdapter[]> {
  // Dawn's methods look for the classes of their arguments there.
  Object.assign(globalThis, globals);
  const gpu = create([]);
  const adapters = new Map<string, GraphicsAdapter>();
  for (const wish of wishes) {
    const adapter = await gpu.requestAdapter(wish);
    if (!adapter) continue;
    const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
    const name = description || [vendor, architecture, device].filter(Boolean).join(" ");
    const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
    adapters.set(name, {
      name,
      isSoftware: isFallbackAdapter,
      largestBufferBytes: Math.min(maxBufferSize, maxStorageBufferBindingSize),
      features: [...adapter.features],
    });
  }
  return [...adapters.values()];
}

process.send?.(await report(), () => process.exit());
