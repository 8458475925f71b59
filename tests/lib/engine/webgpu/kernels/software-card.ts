/** A graphics card in software, on which the tests of kernels run them. */
import { afterAll } from "vitest";
import { inOneCall, type Kernel, type KernelSequence } from "@/lib/engine/graph/kernel";
import { dawnFeatures } from "@/lib/engine/webgpu/dawn";
import { softwareVulkan, useSoftwareVulkan } from "../../software-vulkan";

export type CardValues = Float32Array | Int32Array;

export type SoftwareCard = {
  /**
   * Runs a sequence on its inputs.
   * @param outputs of each written value: its initial content, or its length (it then starts as NaN)
   */
  run(
    work: Kernel | KernelSequence,
    inputs: readonly CardValues[],
    outputs: readonly (Float32Array | number)[],
  ): Promise<Float32Array[]>;
};

/** What Dawn destroys as soon as Node collects it, although its device lives on. */
const inUse: unknown[] = [];

/** Opens the card for one test file; null, with the reason printed, where there is no driver. */
export async function softwareCard(): Promise<SoftwareCard | null> {
  const driver = softwareVulkan();
  if (driver === null) return null;
  useSoftwareVulkan(driver);
  const { create, globals } = await import("webgpu");
  Object.assign(globalThis, globals);
  const gpu = create([...dawnFeatures]);
  const adapter = await gpu.requestAdapter();
  if (adapter === null) throw new Error("SwiftShader offers no adapter.");
  const { maxStorageBuffersPerShaderStage, maxComputeWorkgroupStorageSize } = adapter.limits;
  const device = await adapter.requestDevice({
    requiredLimits: { maxStorageBuffersPerShaderStage, maxComputeWorkgroupStorageSize },
  });
  inUse.push(gpu, adapter);
  // A device that is left open keeps the process from ending.
  afterAll(() => device.destroy());
  return { run: (work, inputs, outputs) => run(device, work, inputs, outputs) };
}

async function run(
  device: GPUDevice,
  work: Kernel | KernelSequence,
  inputs: readonly CardValues[],
  outputs: readonly (Float32Array | number)[],
): Promise<Float32Array[]> {
  const { calls, scratch } = "calls" in work ? work : inOneCall(work);
  device.pushErrorScope("validation");
  const initial = outputs.map((output) => (typeof output === "number" ? unset(output) : output));
  const buffers = [...inputs, ...initial, ...scratch.map(unset)].map((values) => upload(device, values));
  const encoder = device.createCommandEncoder();
  for (const { kernel, reads, writes } of calls) {
    if (reads.length !== kernel.reads || writes.length !== kernel.writes) {
      throw new Error(`${kernel.label}: it is called with ${reads.length} and ${writes.length} values`);
    }
    const pipeline = await pipelineOf(device, kernel);
    const entries = [...reads, ...writes].map((value, binding) => ({
      binding,
      resource: { buffer: buffers[value]! },
    }));
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
    pass.dispatchWorkgroups(...kernel.workgroups);
    pass.end();
  }
  const results = initial.map(({ byteLength }, index) => {
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
    const result = device.createBuffer({ size: byteLength, usage });
    encoder.copyBufferToBuffer(buffers[inputs.length + index]!, 0, result, 0, byteLength);
    return result;
  });
  device.queue.submit([encoder.finish()]);
  const problem = await device.popErrorScope();
  if (problem !== null) throw new Error(problem.message);
  const read = await Promise.all(
    results.map(async (result) => {
      await result.mapAsync(GPUMapMode.READ);
      return new Float32Array(result.getMappedRange().slice(0));
    }),
  );
  for (const buffer of [...buffers, ...results]) buffer.destroy();
  return read;
}

const pipelines = new Map<string, GPUComputePipeline>();

/** Compiling takes most of a test's time. */
async function pipelineOf(device: GPUDevice, { label, code }: Kernel): Promise<GPUComputePipeline> {
  const known = pipelines.get(code);
  if (known) return known;
  const module = device.createShaderModule({ label, code });
  const pipeline = await device.createComputePipelineAsync({ layout: "auto", compute: { module } });
  pipelines.set(code, pipeline);
  return pipeline;
}

/** What nobody has written yet: a kernel that reads it, or leaves it, is found out. */
function unset(length: number): Float32Array {
  return new Float32Array(length).fill(Number.NaN);
}

function upload(device: GPUDevice, values: CardValues): GPUBuffer {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const buffer = device.createBuffer({ size: values.byteLength, usage });
  device.queue.writeBuffer(buffer, 0, values.slice());
  return buffer;
}
