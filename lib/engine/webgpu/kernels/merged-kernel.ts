/** Several kernels as one, whose workgroups are shared out among them. */
import type { Kernel } from "../../graph/kernel";
import { entryHead, entryPoint, gridOf } from "./shader-text";

/** A kernel's text, taken apart. */
type KernelParts = {
  readonly bindings: readonly { readonly name: string; readonly type: string }[];
  /** Threads of a workgroup. */
  readonly threads: number;
  /** Bytes of workgroup memory. */
  readonly roomBytes: number;
  /** Names of the text outside of functions. */
  readonly names: readonly string[];
  readonly text: string;
};

/** A kernel with the values that it is bound to. */
export type BoundKernel<Value> = {
  readonly kernel: Kernel;
  readonly reads: readonly Value[];
  readonly writes: readonly Value[];
};

const bindingText = /@group\(0\) @binding\(\d+\) var<storage, \w+> (\w+): array<(\w+)>;\n?/g;
const roomText = /var<workgroup> (\w+): (?:array<(\w+), (\d+)>|atomic<u32>);/g;
const nameText = /^(?:fn|const|var<workgroup>) (\w+)/gm;
const bytesOfType: Readonly<Record<string, number>> = { f32: 4, i32: 4, u32: 4, vec2f: 8, vec4f: 16 };

/** Reads what `buffers` and `entryPoint` wrote. */
export function partsOf({ code, label }: Kernel): KernelParts {
  const head = entryHead.exec(code);
  if (!head) throw new Error(`“${label}” has no entry point.`);
  const bindings = [...code.matchAll(bindingText)].map(([, name, type]) => ({ name: name!, type: type! }));
  const rooms = [...code.matchAll(roomText)].map(([, , type, count]) =>
    type === undefined ? 4 : bytesOfType[type]! * Number(count),
  );
  return {
    bindings,
    threads: Number(head[1]),
    roomBytes: rooms.reduce((sum, bytes) => sum + bytes, 0),
    names: [...code.matchAll(nameText)].map(([, name]) => name!),
    text: code.replace(bindingText, ""),
  };
}

type Bound<Value> = { readonly value: Value; readonly type: string; readonly written: boolean };

/** What kernels bind together: what several read in one type is bound once. */
function boundValues<Value>(
  members: readonly BoundKernel<Value>[],
  parts: readonly KernelParts[],
): Bound<Value>[] {
  const bound: Bound<Value>[] = [];
  for (const [number, { reads, writes }] of members.entries()) {
    for (const [place, value] of [...reads, ...writes].entries()) {
      const { type } = parts[number]!.bindings[place]!;
      if (!bound.some((other) => other.value === value && other.type === type)) {
        bound.push({ value, type, written: place >= reads.length });
      }
    }
  }
  return [...bound.filter(({ written }) => !written), ...bound.filter(({ written }) => written)];
}

export function bindingCount<Value>(
  members: readonly BoundKernel<Value>[],
  parts: readonly KernelParts[],
): number {
  return boundValues(members, parts).length;
}

/**
 * One kernel that does the work of several, which must not read what another of them writes. Each keeps its own grid of
 * workgroups; these follow each other in the grid of all.
 */
export function mergeKernels<Value>(members: readonly BoundKernel<Value>[]): BoundKernel<Value> {
  const parts = members.map(({ kernel }) => partsOf(kernel));
  const bound = boundValues(members, parts);
  const declarations = bound.map(
    ({ type, written }, place) =>
      `@group(0) @binding(${place}) var<storage, ${written ? "read_write" : "read"}> bound${place}: array<${type}>;`,
  );
  const texts = members.map(({ reads, writes }, number) => {
    const { bindings, names, text } = parts[number]!;
    const newNames = new Map(names.map((name) => [name, `${name}_of${number}`]));
    for (const [place, value] of [...reads, ...writes].entries()) {
      const { name, type } = bindings[place]!;
      const index = bound.findIndex((other) => other.value === value && other.type === type);
      newNames.set(name, `bound${index}`);
    }
    const called = text.replace(entryHead, "fn main(place: vec3u, grid: vec3u, thread: u32) {");
    // Swizzles and members of the same name stay what they are.
    return called.replace(/(?<![.\w])[A-Za-z_]\w*/g, (name) => newNames.get(name) ?? name);
  });
  let before = 0;
  const branches = members.map(({ kernel: { workgroups } }, number) => {
    const [across, down, deep] = workgroups;
    const first = before;
    before += across * down * deep;
    return `if (workgroup < ${before}u) {
    let at = workgroup - ${first}u;
    let size = vec3u(${across}u, ${down}u, ${deep}u);
    main_of${number}(vec3u(at % size.x, at / size.x % size.y, at / (size.x * size.y)), size, thread);
  }`;
  });
  const kernel: Kernel = {
    label: members.map(({ kernel: { label } }) => label).join("; "),
    reads: bound.filter(({ written }) => !written).length,
    writes: bound.filter(({ written }) => written).length,
    workgroups: gridOf(before),
    code: `${declarations.join("\n")}
${texts.join("\n")}
${entryPoint(`  ${branches.join(" else ")}`, parts[0]!.threads)}`,
  };
  const values = (written: boolean) =>
    bound.filter((each) => each.written === written).map(({ value }) => value);
  return { kernel, reads: values(false), writes: values(true) };
}
