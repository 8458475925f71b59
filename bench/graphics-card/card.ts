/** A graphics card on which kernels are timed. */
import type { Kernel, KernelSequence } from "@/lib/engine/graph/kernel";
import { dawnFeatures } from "@/lib/engine/webgpu/dawn";

const wantedLimits = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
] as const;

/** Dawn rounds timestamps to 100 µs unless told otherwise. */
const dawnOptions = [...dawnFeatures, "disable-dawn-features=timestamp_quantization"];

const noisePoolLength = 1 << 20;

/** One dispatch, ready to be encoded. */
type Step = {
  readonly pipeline: GPUComputePipeline;
  readonly bindings: GPUBindGroup;
  readonly workgroups: Kernel["workgroups"];
};

/** A sequence with its buffers. */
export type Prepared = { readonly steps: readonly Step[]; readonly scratch: readonly GPUBuffer[] };

export type Timing = {
  /** Of the card where it has a clock, else as `wallMs`; of one repetition. */
  readonly milliseconds: number;
  readonly wallMs: number;
  readonly encodingMs: number;
};

type Clock = { readonly queries: GPUQuerySet; readonly resolved: GPUBuffer; readonly readable: GPUBuffer };

export class TimedCard {
  readonly device: GPUDevice;
  readonly adapter: GPUAdapter;
  readonly gpu: GPU;
  /** What the driver reported beside results. */
  readonly failures: string[] = [];
  /** Uniform values from -0.5 to 0.5; every operand is this, repeated. */
  readonly noise: Float32Array<ArrayBuffer>;
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline>>();
  readonly #clock: Clock | null;

  private constructor(gpu: GPU, adapter: GPUAdapter, device: GPUDevice) {
    this.gpu = gpu;
    this.adapter = adapter;
    this.device = device;
    let state = 1;
    this.noise = Float32Array.from({ length: noisePoolLength }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32 - 0.5;
    });
    device.addEventListener("uncapturederror", ({ error }) => {
      this.failures.push(error.message);
    });
    this.#clock = device.features.has("timestamp-query")
      ? {
          queries: device.createQuerySet({ type: "timestamp", count: 2 }),
          resolved: device.createBuffer({
            size: 16,
            usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
          }),
          readable: device.createBuffer({
            size: 16,
            usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
          }),
        }
      : null;
  }

  static async open(): Promise<TimedCard> {
    const { create, globals } = await import("webgpu");
    Object.assign(globalThis, globals);
    const gpu = create(dawnOptions);
    const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
    if (adapter === null) throw new Error("WebGPU finds no adapter on this machine.");
    const device = await adapter.requestDevice({
      requiredLimits: Object.fromEntries(wantedLimits.map((name) => [name, adapter.limits[name]])),
      requiredFeatures: (["timestamp-query"] as const).filter((feature) => adapter.features.has(feature)),
    });
    return new TimedCard(gpu, adapter, device);
  }

  get description() {
    const { vendor, architecture, device, description } = this.adapter.info;
    return {
      name: [vendor, architecture, device, description].filter(Boolean).join(" "),
      hasClock: this.#clock !== null,
      features: [...this.adapter.features].sort(),
      limits: Object.fromEntries(wantedLimits.map((name) => [name, this.adapter.limits[name]])),
    };
  }

  /** A buffer of float32 values, filled with the noise or left as it is. */
  buffer(length: number, isFilled = false): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const buffer = this.device.createBuffer({ size: 4 * length, usage });
    for (let at = 0; isFilled && at < length; at += this.noise.length) {
      const count = Math.min(this.noise.length, length - at);
      this.device.queue.writeBuffer(buffer, 4 * at, this.noise, 0, count);
    }
    return buffer;
  }

  /** @param operands what the sequence reads, then what it writes */
  async prepare({ calls, scratch }: KernelSequence, operands: readonly GPUBuffer[]): Promise<Prepared> {
    const room = scratch.map((length) => this.buffer(length));
    const buffers = [...operands, ...room];
    const steps = calls.map(async ({ kernel, reads, writes }): Promise<Step> => {
      const pipeline = await this.#pipeline(kernel);
      const entries = [...reads, ...writes].map((value, binding) => ({
        binding,
        resource: { buffer: buffers[value]! },
      }));
      const bindings = this.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
      return { pipeline, bindings, workgroups: kernel.workgroups };
    });
    return { steps: await Promise.all(steps), scratch: room };
  }

  #pipeline({ label, code }: Kernel): Promise<GPUComputePipeline> {
    let pending = this.#pipelines.get(code);
    if (!pending) {
      const module = this.device.createShaderModule({ label, code });
      pending = this.device.createComputePipelineAsync({ label, layout: "auto", compute: { module } });
      this.#pipelines.set(code, pending);
    }
    return pending;
  }

  /** Runs steps `repetitions` times in one pass. */
  async time(steps: readonly Step[], repetitions: number): Promise<Timing> {
    const start = performance.now();
    const encoder = this.device.createCommandEncoder();
    const pass = encoder.beginComputePass(
      this.#clock === null
        ? {}
        : {
            timestampWrites: {
              querySet: this.#clock.queries,
              beginningOfPassWriteIndex: 0,
              endOfPassWriteIndex: 1,
            },
          },
    );
    for (let repetition = 0; repetition < repetitions; repetition++) {
      for (const { pipeline, bindings, workgroups } of steps) {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, bindings);
        pass.dispatchWorkgroups(...workgroups);
      }
    }
    pass.end();
    if (this.#clock !== null) {
      encoder.resolveQuerySet(this.#clock.queries, 0, 2, this.#clock.resolved, 0);
      encoder.copyBufferToBuffer(this.#clock.resolved, 0, this.#clock.readable, 0, 16);
    }
    const commands = encoder.finish();
    const encoded = performance.now();
    this.device.queue.submit([commands]);
    await this.device.queue.onSubmittedWorkDone();
    const wallMs = performance.now() - start;
    const ownMs = await this.#readClock();
    return {
      milliseconds: (ownMs ?? wallMs) / repetitions,
      wallMs: wallMs / repetitions,
      encodingMs: (encoded - start) / repetitions,
    };
  }

  async #readClock(): Promise<number | null> {
    if (this.#clock === null) return null;
    await this.#clock.readable.mapAsync(GPUMapMode.READ);
    const [begin, end] = new BigInt64Array(this.#clock.readable.getMappedRange().slice(0));
    this.#clock.readable.unmap();
    return end! > begin! ? Number(end! - begin!) / 1e6 : null;
  }

  /** The least time of one repetition, in milliseconds, over passes of about `passMs`. */
  async bestOf(steps: readonly Step[], passMs: number): Promise<number> {
    await this.time(steps, 1);
    const once = (await this.time(steps, 1)).milliseconds;
    const repetitions = Math.max(1, Math.min(500, Math.round(passMs / Math.max(once, 1e-3))));
    const times = [once];
    for (let pass = 0; pass < 3; pass++) times.push((await this.time(steps, repetitions)).milliseconds);
    return Math.min(...times);
  }

  /** Values at some places of a buffer. */
  async valuesAt(buffer: GPUBuffer, places: readonly number[]): Promise<number[]> {
    const size = 4 * places.length;
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
    const readable = this.device.createBuffer({ size, usage });
    const encoder = this.device.createCommandEncoder();
    places.forEach((place, index) => {
      encoder.copyBufferToBuffer(buffer, 4 * place, readable, 4 * index, 4);
    });
    this.device.queue.submit([encoder.finish()]);
    await readable.mapAsync(GPUMapMode.READ);
    const values = [...new Float32Array(readable.getMappedRange())];
    readable.destroy();
    return values;
  }
}
