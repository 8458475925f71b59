/** Dawn, through which this process asks for graphics adapters. */
import { cardError } from "./card-failure";

/** What Dawn tells of an adapter without opening it. */
type NamedAdapter = { readonly backend: string; readonly name: string };

const noName = "no adapter has this name";

/**
 * Kernels write their workgroup memory before they read it. Filled with zeros first, it takes a driver in software up to
 * thirty times as long to compile them, and costs every workgroup of a card some stores.
 */
export const dawnFeatures = ["enable-dawn-features=disable_workgroup_init"] as const;

/** One for each way of asking, for the life of the process: collecting one while another is in use ends the process. */
const instances = new Map<string, Promise<GPU>>();

function instance(...flags: string[]): Promise<GPU> {
  const key = flags.join("\n");
  const known = instances.get(key) ?? load(flags);
  instances.set(key, known);
  return known;
}

async function load(flags: string[]): Promise<GPU> {
  const { create, globals } = await import("webgpu");
  // Dawn's methods look for the classes of their arguments there.
  Object.assign(globalThis, globals);
  return create([...dawnFeatures, ...flags]);
}

/** The adapters of this machine, each name once: Dawn cannot tell adapters of one name apart. */
export async function namedAdapters(): Promise<readonly NamedAdapter[]> {
  // Dawn names them only in its answer to a name that none of them has.
  const gpu = await instance(`adapter=${noName}`);
  const answer = await gpu.requestAdapter().then(() => "", String);
  const found = [...answer.matchAll(/backend: '([^']*)', name: '(.*)'$/gm)].map(([, backend, name]) => ({
    backend: backend!,
    name: name!,
  }));
  return found.filter(
    (adapter, index) =>
      adapter.backend !== "null" &&
      found.findIndex(({ backend, name }) => backend === adapter.backend && name === adapter.name) === index,
  );
}

/**
 * Finds an adapter by its number in the list, from 0, or by a part of its name in capitals or small letters.
 *
 * @returns its place in the list
 * @throws SemblanceError `unavailable` listing those there
 */
export function findAdapter(adapters: readonly { readonly name: string }[], wanted: string): number {
  const index = /^\d+$/.test(wanted)
    ? Number(wanted)
    : adapters.findIndex(({ name }) => name.toLowerCase().includes(wanted.toLowerCase()));
  if (adapters[index]) return index;
  const there = adapters.map(({ name }, number) => `webgpu:${number} is ${name}`).join(", ");
  throw cardError("webgpu", `This machine has no graphics adapter “${wanted}”.`, {
    remedy:
      there === "" ? "WebGPU finds no adapter here: install the driver." : `Choose one of these: ${there}.`,
  });
}

/** @param wanted see findAdapter; null: the fastest. Null where there is no adapter at all. */
export async function requestAdapter(wanted: string | null): Promise<GPUAdapter | null> {
  if (wanted === null) return (await instance()).requestAdapter({ powerPreference: "high-performance" });
  const adapters = await namedAdapters();
  return requestNamed(adapters[findAdapter(adapters, wanted)]!);
}

export async function requestNamed({ backend, name }: NamedAdapter): Promise<GPUAdapter | null> {
  return (await instance(`backend=${backend}`, `adapter=${name}`)).requestAdapter();
}
