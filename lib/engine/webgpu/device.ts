/** The graphics cards of this process: opened when first needed, shared by their sessions, kept to the end. */
import type { SemblanceError } from "@/lib/errors";
import type { Kernel } from "../graph/kernel";
import { cardError, cardFailed, cardMemoryExhausted } from "./card-failure";
import { requestAdapter } from "./dawn";
import type { Target } from "./dispatch";
import { cardTuning, softwareTuning } from "./kernels/tiling";

/** What graphs need beyond WebGPU's defaults, as far as the adapter has it. */
const raisedLimits = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
] as const;

/** Two tiles fit; more room for a workgroup would leave a card fewer of them at a time. */
const mostRoomOnCard = 24_576;
/** One tile fits: two take a driver in software long to compile. */
const mostRoomInSoftware = 4096;

/** Drivers that compute on the processor. */
const softwareNames = /swiftshader|llvmpipe|lavapipe/i;

export { cardFailed };

export type Pipeline = { readonly pipeline: GPUComputePipeline; readonly layout: GPUBindGroupLayout };

/** One opened adapter with the pipelines compiled for it. */
export class Card {
  readonly device: GPUDevice;
  /** As the driver names it. */
  readonly name: string;
  /** Dawn destroys an adapter that nobody refers to, although its device lives on. */
  readonly adapter: GPUAdapter;
  readonly #pipelines = new Map<string, Promise<Pipeline>>();
  readonly #layouts = new Map<string, GPUBindGroupLayout>();
  /** The newest of the compilations that follow one another. */
  #compiling: Promise<unknown> = Promise.resolve();
  #failure: SemblanceError | null = null;

  private constructor(adapter: GPUAdapter, device: GPUDevice) {
    this.adapter = adapter;
    const { vendor, architecture, device: model, description } = adapter.info;
    this.device = device;
    this.name = description || [vendor, architecture, model].filter(Boolean).join(" ");
    device.addEventListener("uncapturederror", ({ error }) => {
      const fails = error instanceof GPUOutOfMemoryError ? cardMemoryExhausted : cardFailed;
      this.#failure ??= fails(this.name, error.message);
    });
    void device.lost.then(({ message }) => {
      this.#failure ??= cardFailed(this.name, message || "The device was lost.");
    });
  }

  /** @param wanted see findAdapter; null: the fastest */
  static async open(wanted: string | null): Promise<Card> {
    const adapter = await requestAdapter(wanted);
    if (!adapter) {
      throw cardError("webgpu", "WebGPU finds no adapter on this machine.", {
        remedy: "Install the graphics card's driver (on Linux with Vulkan), or run on the processor.",
      });
    }
    try {
      const device = await adapter.requestDevice({
        requiredLimits: Object.fromEntries(raisedLimits.map((name) => [name, adapter.limits[name]])),
      });
      return new Card(adapter, device);
    } catch (cause) {
      const name = adapter.info.description || adapter.info.vendor;
      throw cardError(name, `The driver of ${name} does not open the card.`, {
        remedy: "Update the graphics driver, end other programs on the card, or run on the processor.",
        cause,
      });
    }
  }

  /** @throws SemblanceError `unavailable` if the device was lost or reported an error, `too_large` if its memory ended */
  check(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  /** Compiles a kernel; kernels of the same text are compiled once. */
  pipeline(kernel: Kernel): Promise<Pipeline> {
    let pending = this.#pipelines.get(kernel.code);
    if (!pending) {
      const compile = () => this.#compile(kernel);
      pending = this.#isSoftware ? this.#compiling.then(compile, compile) : compile();
      this.#compiling = pending;
      this.#pipelines.set(kernel.code, pending);
    }
    return pending;
  }

  /** What programs are written for. */
  get target(): Target {
    const isSoftware = this.#isSoftware;
    const { maxStorageBuffersPerShaderStage, maxComputeWorkgroupStorageSize } = this.device.limits;
    return {
      mostBuffers: maxStorageBuffersPerShaderStage,
      mostRoomBytes: isSoftware
        ? mostRoomInSoftware
        : Math.min(mostRoomOnCard, maxComputeWorkgroupStorageSize),
      tuning: isSoftware ? softwareTuning : cardTuning,
    };
  }

  get #isSoftware(): boolean {
    return this.adapter.info.isFallbackAdapter || softwareNames.test(this.name);
  }

  get isUsable(): boolean {
    return this.#failure === null;
  }

  async #compile({ label, code, reads, writes }: Kernel): Promise<Pipeline> {
    const layout = this.#layout(reads, writes);
    // The module's own message says more than the pipeline's.
    this.device.pushErrorScope("validation");
    const descriptor = {
      label,
      layout: this.device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module: this.device.createShaderModule({ label, code }), entryPoint: "main" },
    };
    // While it waits for a pipeline, Dawn asks without a pause whether it is ready: a driver in software, which compiles
    // on the same processor, takes twice as long meanwhile.
    const compiled = this.#isSoftware ? this.device.createComputePipeline(descriptor) : null;
    const invalid = this.device.popErrorScope();
    try {
      const error = compiled && (await invalid);
      if (error) throw error;
      return { pipeline: compiled ?? (await this.device.createComputePipelineAsync(descriptor)), layout };
    } catch (error) {
      const cause = (await invalid)?.message ?? error;
      throw cardError(this.name, `The driver of ${this.name} does not compile “${label}”.`, {
        remedy: "Update the graphics driver, or run on the processor.",
        cause,
      });
    }
  }

  #layout(reads: number, writes: number): GPUBindGroupLayout {
    const key = `${reads} ${writes}`;
    const known = this.#layouts.get(key);
    if (known) return known;
    const layout = this.device.createBindGroupLayout({
      entries: Array.from({ length: reads + writes }, (_, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: binding < reads ? "read-only-storage" : "storage" },
      })),
    });
    this.#layouts.set(key, layout);
    return layout;
  }
}

/** By the adapter that was wanted. */
const opened = new Map<string | null, Promise<Card>>();

/**
 * A card of this process; a new one where the last was lost. It is kept with its compiled kernels, also without
 * sessions: compiling takes longer than running, and a process ends by itself with it.
 *
 * @param wanted see findAdapter; null: the fastest
 */
export async function openCard(wanted: string | null = null): Promise<Card> {
  const pending = opened.get(wanted) ?? Card.open(wanted);
  opened.set(wanted, pending);
  try {
    const card = await pending;
    if (card.isUsable) return card;
  } catch (error) {
    opened.delete(wanted);
    throw error;
  }
  const next = Card.open(wanted);
  opened.set(wanted, next);
  return next;
}
