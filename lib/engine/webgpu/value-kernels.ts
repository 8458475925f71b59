/** Kernels generated from rules: one value a thread, or many terms combined into one value. */
import type { Tensor } from "../graph/graph";
import type { Kernel } from "../graph/kernel";
import type { MapRule, ReduceRule } from "../graph/kernel-emitter";
import { elementCount, type TensorType } from "../graph/tensor-type";
import { entryPoint, gridOf, usualThreads as threads } from "./kernels/shader-text";
import { type SourceOf, StatementScope, scalarType } from "./value-code";

/** A buffer that a generated kernel reads. */
export type Binding = { readonly name: string; readonly type: "f32" | "i32" | "u32" };

type Parts = {
  readonly bindings: readonly Binding[];
  readonly type: "f32" | "i32" | "vec2f";
  readonly declarations: Iterable<string>;
  readonly shared?: string;
  readonly body: string;
};

function moduleCode({ bindings, type, declarations, shared = "", body }: Parts): string {
  const inputs = bindings.map(
    ({ name, type: element }, place) =>
      `@group(0) @binding(${place}) var<storage, read> ${name}: array<${element}>;`,
  );
  return `${inputs.join("\n")}
@group(0) @binding(${bindings.length}) var<storage, read_write> result: array<${type}>;
${[...declarations].join("\n")}
${shared}
${entryPoint(body)}`;
}

/** One thread computes one value, or two neighbours, the last of an odd number twice. */
export function mapKernel(
  y: Tensor,
  rule: MapRule<Tensor>,
  { bindings, sourceOf, inPairs }: { bindings: readonly Binding[]; sourceOf: SourceOf; inPairs: boolean },
): Kernel {
  const scope = StatementScope.at("i", sourceOf);
  const value = rule.value(scope);
  const count = elementCount(y.shape);
  const items = inPairs ? Math.ceil(count / 2) : count;
  const statements = scope.statements.join("\n");
  const body = inPairs
    ? `var pair: vec2f;
for (var lane = 0u; lane < 2u; lane++) {
let i = min(item * 2u + lane, ${count - 1}u);
${statements}
pair[lane] = ${value};
}
result[item] = pair;`
    : `let i = item;
${statements}
result[i] = ${value};`;
  return {
    label: `map ${y.name}`,
    reads: bindings.length,
    writes: 1,
    workgroups: gridOf(Math.ceil(items / threads)),
    code: moduleCode({
      bindings,
      type: inPairs ? "vec2f" : scalarType(y.dtype),
      declarations: scope.declarations,
      body: `let item = workgroup * ${threads}u + thread;
if (item >= ${items}u) { return; }
${body}`,
    }),
  };
}

/** How the terms of a reduction are spread: `pieces` partial results a value, by one thread each or a whole workgroup. */
export type Spread = { readonly by: "thread" | "workgroup"; readonly pieces: number };

/** A thread that adds more terms than this loses digits, and others wait for it. */
const mostTermsPerThread = 512;

/** Fewer leave most of a card idle; for more, one dispatch is not worth another that adds up what they found. */
const wantedWorkgroups = 32;
const wantedThreads = 8192;

export function spreadOf(values: number, { count, alongRows }: ReduceRule<Tensor>): Spread {
  if (count <= 32) return { by: "thread", pieces: 1 };
  if (alongRows || values * 8 <= threads) {
    const pieces = Math.min(Math.ceil(wantedWorkgroups / values), Math.ceil(count / (threads * 8)));
    return { by: "workgroup", pieces: Math.max(pieces, Math.ceil(count / (threads * mostTermsPerThread))) };
  }
  const busy = Math.min(Math.ceil(wantedThreads / values), Math.ceil(count / 256));
  return { by: "thread", pieces: Math.max(busy, Math.ceil(count / mostTermsPerThread)) };
}

const combining = {
  sum: { neutral: "0", combine: (a: string, b: string) => `${a} + ${b}` },
  max: { neutral: "-3.4028234e38", combine: (a: string, b: string) => `max(${a}, ${b})` },
} as const;

/** Combines `count` terms of each value; with several pieces the result is [pieces, ...shape], not finished. */
export function reduceKernel(
  y: Pick<Tensor, "name"> & TensorType,
  rule: ReduceRule<Tensor>,
  {
    bindings,
    sourceOf,
    spread: { by, pieces },
  }: { bindings: readonly Binding[]; sourceOf: SourceOf; spread: Spread },
): Kernel {
  const values = elementCount(y.shape);
  const outputs = values * pieces;
  const type = scalarType(y.dtype);
  const { neutral, combine } = combining[rule.combine ?? "sum"];
  const outer = StatementScope.at("i", sourceOf);
  const inner = outer.block();
  const term = rule.term(inner, "k");
  const last = outer.block();
  const finished = pieces === 1 && rule.finish ? rule.finish(last, "total") : "total";
  const perPiece = Math.ceil(rule.count / pieces);
  const range =
    pieces === 1
      ? `let i = output; let first = 0u; let end = ${rule.count}u;`
      : `let i = output % ${values}u; let first = output / ${values}u * ${perPiece}u; let end = min(first + ${perPiece}u, ${rule.count}u);`;
  const loop = (start: string, step: string) => `var sum: ${type} = ${neutral};
for (var k = ${start}; k < end; k += ${step}) {
${inner.statements.join("\n")}
sum = ${combine("sum", term)};
}`;
  const store = `${last.statements.join("\n")}
result[output] = ${finished};`;
  const declarations = new Set([...inner.declarations, ...last.declarations]);
  const shared = { label: `reduce ${y.name}`, reads: bindings.length, writes: 1 };
  if (by === "thread") {
    const body = `let output = workgroup * ${threads}u + thread;
if (output >= ${outputs}u) { return; }
${range}
${loop("first", "1u")}
let total = sum;
${store}`;
    const workgroups = gridOf(Math.ceil(outputs / threads));
    return { ...shared, workgroups, code: moduleCode({ bindings, type, declarations, body }) };
  }
  const body = `let output = min(workgroup, ${outputs - 1}u);
${range}
${loop("first + thread", `${threads}u`)}
partial[thread] = sum;
workgroupBarrier();
for (var half = ${threads / 2}u; half > 0u; half >>= 1u) {
if (thread < half) { partial[thread] = ${combine("partial[thread]", "partial[thread + half]")}; }
workgroupBarrier();
}
if (thread == 0u) {
let total = partial[0];
${store}
}`;
  const room = `var<workgroup> partial: array<${type}, ${threads}>;`;
  return {
    ...shared,
    workgroups: gridOf(outputs),
    code: moduleCode({ bindings, type, declarations, shared: room, body }),
  };
}
