/** Child process: asks WebGPU for its adapters and tells the parent; a broken driver ends this process alone. */
import { namedAdapters, requestAdapter, requestNamed } from "./dawn";
import type { GraphicsAdapter } from "./list-adapters";

async function report(): Promise<GraphicsAdapter[]> {
  const adapters: GraphicsAdapter[] = [];
  const usual = describe(await requestAdapter(null));
  for (const named of await namedAdapters()) {
    const adapter = await requestNamed(named);
    if (!adapter) continue;
    const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
    adapters.push({
      name: named.name,
      isSoftware: adapter.info.isFallbackAdapter,
      isUsual: describe(adapter) === usual && adapters.every(({ isUsual }) => !isUsual),
      largestBufferBytes: Math.min(maxBufferSize, maxStorageBufferBindingSize),
      features: [...adapter.features],
    });
  }
  return adapters;
}

function describe(adapter: GPUAdapter | null): string | null {
  if (!adapter) return null;
  const { vendor, architecture, device, description } = adapter.info;
  return [vendor, architecture, device, description].join("\n");
}

process.send?.(await report(), () => process.exit());
