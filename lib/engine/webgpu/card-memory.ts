/** One session's memory on the card, and its traffic with the computer's. */
import { cardTooSmall } from "./card-failure";
import type { Card } from "./device";

const mebibyte = 2 ** 20;

/** Writes are held in memory until the card took them: after so many bytes the writer waits. */
const mostBytesInFlight = 256 * mebibyte;

/** Outputs are fetched in portions of this size. */
const portionBytes = 64 * mebibyte;

/** Part of a buffer, or all of it. */
export type Region = { readonly buffer: GPUBuffer; readonly offset?: number; readonly size?: number };

type Source = { readonly region: Region; readonly bytes: number };

export class CardMemory {
  readonly #card: Card;
  readonly #owner: string;
  readonly #buffers: GPUBuffer[] = [];
  #bytesInFlight = 0;
  /** What the session takes on the card. */
  allocatedBytes = 0;
  /** What went to the card so far. */
  writtenBytes = 0;
  /** What came from it so far. */
  readBytes = 0;

  /** @param owner what to name in messages */
  constructor(card: Card, owner: string) {
    this.#card = card;
    this.#owner = owner;
  }

  /**
   * Buffers of these sizes.
   * @throws SemblanceError `too_large` where a kernel could not bind one of them, or the card has no room for all
   */
  async allocate(sizesBytes: readonly number[]): Promise<GPUBuffer[]> {
    const { device } = this.#card;
    const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
    const largest = Math.max(0, ...sizesBytes);
    if (largest > Math.min(maxBufferSize, maxStorageBufferBindingSize)) {
      throw cardTooSmall(this.#card.name, this.#owner, `one tensor of ${inMebibytes(largest)}`);
    }
    device.pushErrorScope("out-of-memory");
    const buffers = sizesBytes.map((bytes) => this.#create(bytes));
    if (await device.popErrorScope())
      throw cardTooSmall(this.#card.name, this.#owner, inMebibytes(this.allocatedBytes));
    return buffers;
  }

  #create(bytes: number): GPUBuffer {
    const buffer = this.#card.device.createBuffer({
      size: Math.max(4, bytes),
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    });
    this.#buffers.push(buffer);
    this.allocatedBytes += bytes;
    return buffer;
  }

  async write({ buffer, offset = 0 }: Region, values: Float32Array | Int32Array | Uint8Array): Promise<void> {
    const { queue } = this.#card.device;
    queue.writeBuffer(buffer, offset, values as BufferSource as never);
    this.writtenBytes += values.byteLength;
    this.#bytesInFlight += values.byteLength;
    if (this.#bytesInFlight < mostBytesInFlight) return;
    this.#bytesInFlight = 0;
    queue.submit([]);
    await queue.onSubmittedWorkDone();
  }

  /** Copies of what lies at the beginning of regions, in their order, after all that was submitted. */
  async read(sources: readonly Source[]): Promise<ArrayBuffer[]> {
    const results: ArrayBuffer[] = [];
    let portion: Source[] = [];
    let size = 0;
    for (const source of sources) {
      if (size + source.bytes > portionBytes && size > 0) {
        results.push(...(await this.#fetch(portion, size)));
        [portion, size] = [[], 0];
      }
      portion.push(source);
      size += source.bytes;
    }
    results.push(...(await this.#fetch(portion, size)));
    return results;
  }

  release(): void {
    for (const buffer of this.#buffers) buffer.destroy();
  }

  async #fetch(sources: readonly Source[], size: number): Promise<ArrayBuffer[]> {
    const { device } = this.#card;
    const staging = device.createBuffer({ size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
    const encoder = device.createCommandEncoder();
    let offset = 0;
    for (const { region, bytes } of sources) {
      encoder.copyBufferToBuffer(region.buffer, region.offset ?? 0, staging, offset, bytes);
      offset += bytes;
    }
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const mapped = staging.getMappedRange();
    let start = 0;
    const copies = sources.map(({ bytes }) => {
      const copy = mapped.slice(start, start + bytes);
      start += bytes;
      return copy;
    });
    staging.destroy();
    this.readBytes += size;
    return copies;
  }
}

function inMebibytes(bytes: number): string {
  return `${Math.ceil(bytes / mebibyte)} MiB`;
}
