/** The parts that WGSL programs share. */

/** Threads of a workgroup where nothing else decides it; every adapter has so many. */
export const usualThreads = 256;

const mostWorkgroups = 65_535;

/** A grid of at least `count` workgroups, numbered by `workgroup` in `entryPoint`. */
export function gridOf(count: number): [number, number, number] {
  const rows = Math.ceil(count / mostWorkgroups);
  return [Math.ceil(count / rows), rows, 1];
}

export type Binding = {
  readonly name: string;
  /** Default: f32. */
  readonly type?: "f32" | "vec4f" | "i32";
};

/** Declares the buffers of a kernel: those it reads, then those it writes. */
export function buffers(reads: readonly Binding[], writes: readonly Binding[]): string {
  const declare = (access: string) => (binding: Binding, index: number) =>
    `@group(0) @binding(${index}) var<storage, ${access}> ${binding.name}: array<${binding.type ?? "f32"}>;`;
  return [
    ...reads.map(declare("read")),
    ...writes.map((binding, index) => declare("read_write")(binding, reads.length + index)),
  ].join("\n");
}

/**
 * The entry point. The body sees `thread`, its number in the workgroup, and `workgroup`, the workgroup's number in the
 * grid, which may be beyond the count that `gridOf` was given.
 */
export function entryPoint(body: string, threads = usualThreads): string {
  return `@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) place: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let workgroup = place.y * grid.x + place.x;
${body}
}
`;
}

/** Where the text of `entryPoint` begins; the first group is the number of threads. */
export const entryHead = /@compute @workgroup_size\((\d+)\)\nfn main\([^)]*\)[^)]*\)[^)]*\)[^)]*\) \{/;

/** A literal of the float32 nearest to a number. */
export function float(value: number): string {
  return `${Math.fround(value)}f`;
}

/**
 * Adds up `terms` over the threads of a workgroup, always in the same order; the sums are in `sum[0]`, and every thread
 * must pass here. Declares nothing: see `sumRoom`.
 */
export function sumOverThreads(term: string, threads = usualThreads): string {
  return `
  sum[thread] = ${term};
  workgroupBarrier();
  for (var half = ${threads / 2}u; half > 0u; half >>= 1u) {
    if (thread < half) { sum[thread] += sum[thread + half]; }
    workgroupBarrier();
  }`;
}

/** The workgroup memory of `sumOverThreads`. */
export function sumRoom(type: "f32" | "vec2f" | "vec4f" = "f32", threads = usualThreads): string {
  return `var<workgroup> sum: array<${type}, ${threads}>;`;
}
