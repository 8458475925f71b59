/** What the kernels of attention share: blocks of tokens in workgroup memory, and products of two of them. */
import type { Binding } from "./shader-text";

export type AttentionShape = {
  /** Heads of all images together. */
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  /** Channels of a head. */
  readonly width: number;
  /** Factor on the products of queries and keys. */
  readonly scale: number;
  /** Whether heads are stored as [width, tokens] instead of [tokens, width]. */
  readonly channelsFirst: boolean;
};

/** The widest head whose blocks fit into the workgroup memory of 32 KiB that cards have. */
export const widestHead = 128;

/** A thread works on 4 × 4 pairs of tokens of two blocks, and on four tokens and `channels` channels of a result. */
export type Block = {
  /** Tokens. */
  readonly size: number;
  /** Tokens in fours; as many threads are in each direction. */
  readonly fours: number;
  readonly threads: number;
  /** Channels, filled up with zeros. */
  readonly width: number;
  readonly channels: number;
};

export function blockOf({ width }: AttentionShape, size: 16 | 32): Block {
  const fours = (width > 64 ? 16 : size) / 4;
  const channels = Math.ceil(width / fours);
  return { size: 4 * fours, fours, threads: fours * fours, width: channels * fours, channels };
}

/** How heads are stored: tensors of [heads, ...] with `tokens` tokens. */
export type HeadTensor = { readonly name: string; readonly tokens: number };

function isInVectors({ channelsFirst }: AttentionShape, tokens: number): boolean {
  return channelsFirst && tokens % 4 === 0;
}

export function headBinding(shape: AttentionShape, { name, tokens }: HeadTensor): Binding {
  return { name, type: isInVectors(shape, tokens) ? "vec4f" : "f32" };
}

const components = ["x", "y", "z", "w"] as const;

function headIndex({ width, channelsFirst }: AttentionShape, tokens: number, token: string): string {
  return channelsFirst
    ? `(head * ${width}u + channel) * ${tokens}u + ${token}`
    : `(head * ${tokens}u + ${token}) * ${width}u + channel`;
}

/** `load_NAME(head, token, channel)`: four tokens' values of one channel, zero where there are none. */
export function loadFunction(shape: AttentionShape, { name, tokens }: HeadTensor): string {
  const value = (lane: number) =>
    `select(0f, ${name}[select(0u, ${headIndex(shape, tokens, `(token + ${lane}u)`)}, has${lane})], has${lane})`;
  const body = isInVectors(shape, tokens)
    ? `let has = (token < ${tokens}u) & (channel < ${shape.width}u);
  return select(vec4f(), ${name}[select(0u, ${headIndex(shape, tokens, "token")}, has) / 4u], has);`
    : `${components.map((_, lane) => `let has${lane} = (token + ${lane}u < ${tokens}u) & (channel < ${shape.width}u);`).join(" ")}
  return vec4f(${components.map((_, lane) => value(lane)).join(",\n    ")});`;
  return `fn load_${name}(head: u32, token: u32, channel: u32) -> vec4f {
  ${body}
}`;
}

/** `store_NAME(head, token, channel, four)`: the reverse. */
export function storeFunction(shape: AttentionShape, { name, tokens }: HeadTensor): string {
  const body = isInVectors(shape, tokens)
    ? `if ((token < ${tokens}u) & (channel < ${shape.width}u)) {
    ${name}[(${headIndex(shape, tokens, "token")}) / 4u] = four;
  }`
    : `for (var lane = 0u; lane < 4u; lane++) {
    if ((token + lane < ${tokens}u) & (channel < ${shape.width}u)) {
      ${name}[${headIndex(shape, tokens, "(token + lane)")}] = four[lane];
    }
  }`;
  return `fn store_${name}(head: u32, token: u32, channel: u32, four: vec4f) {
  ${body}
}`;
}

/** `four_NAME(head, token)`: the values of [heads, tokens] for four tokens, zero beyond them. */
export function rowFunction(name: string, tokens: number): string {
  const value = (lane: number) =>
    `select(0f, ${name}[head * ${tokens}u + min(token + ${lane}u, ${tokens - 1}u)], token + ${lane}u < ${tokens}u)`;
  return `fn four_${name}(head: u32, token: u32) -> vec4f {
  return vec4f(${components.map((_, lane) => value(lane)).join(",\n    ")});
}`;
}

/** Workgroup memory for a block, [channel][tokens in fours]. */
export function blockRoom(name: string, { width, fours }: Block): string {
  return `var<workgroup> ${name}: array<vec4f, ${width * fours}>;`;
}

/** Workgroup memory for one number per pair of tokens, [token][tokens in fours]. */
export function pairRoom(name: string, { size, fours }: Block): string {
  return `var<workgroup> ${name}: array<vec4f, ${size * fours}>;`;
}

/** Fills a block from `token` on. Neighbouring threads take neighbours in memory. */
export function loadBlock(
  { channelsFirst }: AttentionShape,
  { width, fours, threads }: Block,
  [room, tensor, token]: readonly [room: string, tensor: string, token: string],
): string {
  const [channel, four] = channelsFirst
    ? [`item / ${fours}u`, `item % ${fours}u`]
    : [`item % ${width}u`, `item / ${width}u`];
  return `for (var item = thread; item < ${width * fours}u; item += ${threads}u) {
    ${room}[(${channel}) * ${fours}u + ${four}] = load_${tensor}(head, ${token} + (${four}) * 4u, ${channel});
  }`;
}

/** NAME0..NAME3: the products of the thread's four tokens of `rows`, each with its four of `columns`. */
export function pairProducts(name: string, rows: string, columns: string, { width, fours }: Block): string {
  return `${components.map((_, row) => `var ${name}${row} = vec4f();`).join(" ")}
  for (var channel = 0u; channel < ${width}u; channel++) {
    let a = ${rows}[channel * ${fours}u + down];
    let b = ${columns}[channel * ${fours}u + across];
    ${components.map((lane, row) => `${name}${row} += a.${lane} * b;`).join(" ")}
  }`;
}

/** Stores NAME0..NAME3 as the thread's part of the pairs in `room`. */
export function storePairs(room: string, name: string, { fours }: Block): string {
  return components
    .map((_, row) => `${room}[(down * 4u + ${row}u) * ${fours}u + across] = ${name}${row};`)
    .join("\n  ");
}

/** For the thread's channels: NAMEj += Σ over the tokens of `block` of pair · value, for four rows at a time. */
export function addWeighted(name: string, pairs: string, block: string, { channels, fours }: Block): string {
  const each = Array.from({ length: channels }, (_, channel) => {
    const value = `${block}[(across + ${channel * fours}u) * ${fours}u + four]`;
    return `{ let value = ${value}; ${name}${channel} += vec4f(${components.map((_, row) => `dot(w${row}, value)`).join(", ")}); }`;
  });
  return `for (var four = 0u; four < ${fours}u; four++) {
    ${components.map((_, row) => `let w${row} = ${pairs}[(down * 4u + ${row}u) * ${fours}u + four];`).join(" ")}
    ${each.join("\n    ")}
  }`;
}

/** Declares NAME0, NAME1, …, four tokens' values for each of the thread's channels. */
export function declareResult(name: string, { channels }: Block): string {
  return Array.from({ length: channels }, (_, channel) => `var ${name}${channel} = vec4f();`).join(" ");
}

/** Stores NAME0, NAME1, … for the four tokens from `token` on; `finished` may change a value. */
export function storeResult(
  name: string,
  tensor: string,
  { channels, fours }: Block,
  finished: (value: string) => string = (value) => value,
): string {
  return Array.from(
    { length: channels },
    (_, channel) =>
      `store_${tensor}(head, first + down * 4u, across + ${channel * fours}u, ${finished(`${name}${channel}`)});`,
  ).join("\n  ");
}

/** The names that all kernels of attention use: a workgroup for each block of tokens and each head. */
export const placeCode = ({ size, fours }: Block) => `
  let head = place.y;
  let first = place.x * ${size}u;
  let across = thread % ${fours}u;
  let down = thread / ${fours}u;`;
