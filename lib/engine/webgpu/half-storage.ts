/**
 * Half precision: which values lie in memory as 16-bit floats, two to a word, and how kernels read and write them. What
 * kernels compute in between is float32. Packing words needs no feature of the adapter.
 */
import type { Graph, Tensor } from "../graph/graph";
import type { Kernel } from "../graph/kernel";
import { elementCount } from "../graph/tensor-type";
import { type Definition, isScratch, type LoweredGraph, type Stored, writesOf } from "./lowering";

/** "half": what is computed; "half-with-weights": the graph's parameters too, which nothing changes then. */
export type Storage = "float32" | "half" | "half-with-weights";

/** Fewer values are not worth a rounding: embeddings of timesteps, statistics, biases. */
const leastValues = 1024;

/**
 * The values that are stored in halves: large ones that a kernel writes in pairs or fours, so that no two threads share
 * a word. Outputs, partial sums and what the graph wants in full precision stay float32.
 */
export function chooseHalves(
  graph: Graph,
  { definitions, outputs, sums }: LoweredGraph,
  storage: Storage,
): ReadonlySet<Stored> {
  const halves = new Set<Stored>();
  if (storage === "float32") return halves;
  const kept = new Set<Stored>([...outputs.values(), ...sums]);
  const isLarge = (value: Stored): value is Tensor =>
    !isScratch(value) && value.dtype === "float32" && elementCount(value.shape) >= leastValues;
  for (const definition of definitions) {
    for (const value of writesOf(definition)) {
      if (!isLarge(value) || kept.has(value) || graph.isInFullPrecision(value)) continue;
      if (isWrittenTogether(definition, value)) halves.add(value);
    }
  }
  if (storage === "half-with-weights") {
    for (const parameter of graph.parameters.values()) if (isLarge(parameter)) halves.add(parameter);
  }
  return halves;
}

function isWrittenTogether(definition: Definition, value: Stored): boolean {
  if (definition.kind !== "run") return definition.kind === "map";
  const { kernel, writes } = definition;
  return declarationsOf(kernel)[kernel.reads + writes.indexOf(value)]!.type === "vec4f";
}

/** What takes the place of a type in a buffer of halves. */
const wordsOf: Readonly<Record<string, string>> = { f32: "u32", vec2f: "u32", vec4f: "vec2u" };

const declaration = /@group\(0\) @binding\((\d+)\) var<storage, (\w+)> (\w+): array<(\w+)>;\n?/g;

function declarationsOf({ code }: Kernel) {
  return [...code.matchAll(declaration)].map(([text, , access, name, type]) => ({
    text,
    access: access!,
    name: name!,
    type: type!,
  }));
}

/** WGSL that reads a value, two or four, at the index that the buffer would have if it held float32. */
function readingCode(name: string, type: string): string {
  if (type === "f32") {
    return `fn ${name}Half(index: u32) -> f32 { return unpack2x16float(${name}[index / 2u])[index % 2u]; }`;
  }
  return `fn ${name}Half(index: u32) -> vec4f {
  let words = ${name}[index];
  return vec4f(unpack2x16float(words.x), unpack2x16float(words.y));
}`;
}

/** What halves cannot hold becomes infinite, by its bits: WGSL leaves open what its own function makes of it. */
const packingCode = `fn packHalves(values: vec2f) -> u32 {
  let beyond = (bitcast<vec2u>(values) & vec2u(0x7fffffffu)) > vec2u(0x477fe000u);
  let infinite = select(vec2u(), vec2u(0x7c00u, 0x7c000000u), beyond);
  return pack2x16float(select(values, vec2f(), beyond)) | infinite.x | infinite.y;
}`;

/** The same kernel, with some of its buffers holding halves; `isHalf` tells which, by their bindings. */
export function withHalves(kernel: Kernel, isHalf: (binding: number) => boolean): Kernel {
  const declarations = declarationsOf(kernel);
  if (!declarations.some((_, binding) => isHalf(binding))) return kernel;
  let body = kernel.code.replace(declaration, "");
  const helpers = new Set<string>();
  const head = declarations.map(({ text, access, name, type }, binding) => {
    if (!isHalf(binding)) return text;
    if (new RegExp(`\\b(?:let|var|const) ${name}\\b|\\b${name}:`).test(body)) {
      throw new Error(`“${kernel.label}” uses the name of its buffer “${name}” for something else.`);
    }
    if (access === "read") {
      helpers.add(readingCode(name, type));
      body = replaceAccesses(body, name, (index) => ({ text: `${name}Half(${index})` }));
    } else {
      helpers.add(packingCode);
      body = replaceAccesses(body, name, (index, rest) => {
        const stored = /^ = ([^;]*);/.exec(rest);
        if (!stored) throw new Error(`“${kernel.label}” does more with “${name}” than writing it.`);
        return { text: writingCode(`${name}[${index}]`, type, stored[1]!), read: stored[0].length };
      });
    }
    return text.replace(`array<${type}>`, `array<${wordsOf[type]}>`);
  });
  return { ...kernel, code: `${head.join("")}${[...helpers].join("\n")}\n${body}` };
}

function writingCode(target: string, type: string, value: string): string {
  if (type === "vec2f") return `${target} = packHalves(${value});`;
  return `{ let four = ${value}; ${target} = vec2u(packHalves(four.xy), packHalves(four.zw)); }`;
}

/** Replaces every `name[index]`, and as much of what follows it as `replace` says that it has read. */
function replaceAccesses(
  code: string,
  name: string,
  replace: (index: string, rest: string) => { text: string; read?: number },
): string {
  const access = new RegExp(`(?<![.\\w])${name}\\[`, "g");
  let [result, from] = ["", 0];
  for (let found = access.exec(code); found; found = access.exec(code)) {
    const start = found.index + found[0].length;
    const end = closingBracket(code, start);
    // An index may read the same buffer.
    const index = replaceAccesses(code.slice(start, end), name, replace);
    const { text, read = 0 } = replace(index, code.slice(end + 1));
    result += code.slice(from, found.index) + text;
    from = end + 1 + read;
    access.lastIndex = from;
  }
  return result + code.slice(from);
}

function closingBracket(code: string, start: number): number {
  let depth = 1;
  for (let at = start; ; at++) {
    if (code[at] === "[") depth += 1;
    if (code[at] === "]") depth -= 1;
    if (depth === 0) return at;
  }
}
