/** The graphics card of this process: opened when first needed, shared by its sessions, kept to the end. */
import { SemblanceError } from "@/lib/errors";
import type { Kernel } from "../graph/kernel";
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
  #failure: string | null = null;

  private constructor(adapter: GPUAdapter, device: GPUDevice) {
    this.adapter = adapter;
    const { vendor, architecture, device: model, description } = adapter.info;
    this.device = device;
    this.name = description || [vendor, architecture, model].filter(Boolean).join(" ");
    device.addEventListener("uncapturederror", ({ error }) => {
      this.#failure ??= error.message;
    });
    void device.lost.then(({ reason, message }) => {
      if (reason !== "destroyed") this.#failure = message || "the device was lost";
    });
  }

  static async open(): Promise<Card> {
    dawn ??= await loadDawn();
    const adapter = await dawn.requestAdapter({ powerPreference: "high-performance" });
    if (!adapter) {
      throw new SemblanceError("unavailable", "WebGPU finds no adapter on this machine.", {
        remedy: "Install the graphics card's driver (on Linux with Vulkan), or run on the processor.",
      });
    }
    const device = await adapter.requestDevice({
      requiredLimits: Object.fromEntries(raisedLimits.map((name) => [name, adapter.limits[name]])),
    });
    return new Card(adapter, device);
  }

  /** @throws SemblanceError `unavailable` if the device was lost or reported an error */
  check(): void {
    if (this.#failure !== null) throw cardFailed(this.name, this.#failure);
  }

  /** Compiles a kernel; kernels of the same text are compiled once. */
  pipeline(kernel: Kernel): Promise<Pipeline> {
    let pending = this.#pipelines.get(kernel.code);
    if (!pending) {
      pending = this.#compile(kernel);
      this.#pipelines.set(kernel.code, pending);
    }
    return pending;
  }

  /** What programs are written for. */
  get target(): Target {
    const isSoftware = this.adapter.info.isFallbackAdapter || softwareNames.test(this.name);
    const { maxStorageBuffersPerShaderStage, maxComputeWorkgroupStorageSize } = this.device.limits;
    return {
      mostBuffers: maxStorageBuffersPerShaderStage,
      mostRoomBytes: isSoftware
        ? mostRoomInSoftware
        : Math.min(mostRoomOnCard, maxComputeWorkgroupStorageSize),
      tuning: isSoftware ? softwareTuning : cardTuning,
    };
  }

  get isUsable(): boolean {
    return this.#failure === null;
  }

  async #compile({ label, code, reads, writes }: Kernel): Promise<Pipeline> {
    const layout = this.#layout(reads, writes);
    // The module's own message says more than the pipeline's.
    this.device.pushErrorScope("validation");
    const module = this.device.createShaderModule({ label, code });
    const invalid = this.device.popErrorScope();
    try {
      const pipeline = await this.device.createComputePipelineAsync({
        label,
        layout: this.device.createPipelineLayout({ bindGroupLayouts: [layout] }),
        compute: { module, entryPoint: "main" },
      });
      return { pipeline, layout };
    } catch (error) {
      const cause = (await invalid)?.message ?? error;
      throw new SemblanceError("unavailable", `The driver of ${this.name} does not compile “${label}”.`, {
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

export function cardFailed(name: string, cause: unknown): SemblanceError {
  return new SemblanceError("unavailable", `The graphics card ${name} stopped working.`, {
    remedy:
      "Resume the run; if it happens again, update the driver or choose the processor (SEMBLANCE_PROVIDER=cpu).",
    cause,
  });
}

/** One for the life of the process: collecting it while another is in use ends the process. */
let dawn: GPU | null = null;

async function loadDawn(): Promise<GPU> {
  const { create, globals } = await import("webgpu");
  // Dawn's methods look for the classes of their arguments there.
  Object.assign(globalThis, globals);
  return create([]);
}

let opened: Promise<Card> | null = null;

/**
 * The card of this process; a new one where the last was lost. It is kept with its compiled kernels, also without
 * sessions: compiling takes longer than running, and a process ends by itself with it.
 */
export async function openCard(): Promise<Card> {
  opened ??= Card.open();
  try {
    const card = await opened;
    if (card.isUsable) return card;
  } catch (error) {
    opened = null;
    throw error;
  }
  opened = Card.open();
  return opened;
}
