/** What generators write into the image itself: model, seed, settings, and the text that it was drawn for. */
import { readExifComment } from "@/lib/images/exif-comment";
import { readPngTexts } from "@/lib/images/png-text";
import {
  type GeneratorNotes,
  isRecord,
  notesOfRecord,
  parseRecord,
  textOfRecord,
  toNotes,
} from "./generator-notes";

export type SaidOfImage = {
  readonly notes: GeneratorNotes;
  /** The text that it was drawn for; null where nothing says so. */
  readonly text: string | null;
};

const nothing: SaidOfImage = { notes: {}, text: null };

/**
 * Of a PNG as Automatic1111's web UI (and Forge, Fooocus, SwarmUI), ComfyUI, InvokeAI or a script of somebody's own writes it,
 * and of a JPEG or WebP as the first of these does.
 */
export function readImageNotes(bytes: Uint8Array): SaidOfImage {
  const texts = readPngTexts(bytes);
  const parameters = texts.get("parameters") ?? readExifComment(bytes);
  if (parameters !== null && parameters !== undefined) return readParameters(parameters);
  const invoke = parseRecord(texts.get("invokeai_metadata") ?? "");
  if (invoke) return readRecord(invoke);
  const prompt = texts.get("prompt");
  const graph = parseRecord(prompt ?? "");
  if (graph) return readGraph(graph);
  const isOwn = ["prompt", "caption", "seed", "model"].some((name) => texts.has(name));
  return isOwn ? readRecord(Object.fromEntries(texts)) : nothing;
}

function readRecord(record: Record<string, unknown>): SaidOfImage {
  return { notes: notesOfRecord(record), text: textOfRecord(record) };
}

/**
 * The prompt, then "Negative prompt: …" and "Steps: 20, Sampler: Euler a, Seed: 7, Model: sd15"; a value with commas stands in
 * quotation marks. Some programs write JSON in its place.
 */
function readParameters(text: string): SaidOfImage {
  const record = parseRecord(text);
  if (record) return readRecord(isRecord(record.sui_image_params) ? record.sui_image_params : record);
  const lines = text.split(/\r\n|\n|\r/).map((line) => line.trim());
  const end = lines.findLastIndex((line) => /^Steps: /.test(line));
  if (end < 0) return nothing;
  const negativeAt = lines.findIndex((line) => line.startsWith("Negative prompt: "));
  const prompt = lines.slice(0, negativeAt < 0 ? end : negativeAt).join(" ");
  const negative = negativeAt < 0 ? "" : lines.slice(negativeAt, end).join(" ").slice(17);
  const facts = [...lines[end]!.matchAll(/([^:,]+): ("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/g)].map(
    ([, name, value]) => [name!.trim(), value!.replace(/^"|"$/g, "").trim()] as const,
  );
  return {
    notes: toNotes([...facts, ["Negative prompt", negative]]),
    text: prompt.trim() === "" ? null : prompt,
  };
}

const samplerInputs = ["steps", "cfg", "sampler_name", "scheduler", "denoise", "guidance", "width", "height"];

type Inputs = Readonly<Record<string, unknown>>;

/** ComfyUI's graph: nodes by id, each with its inputs, which are values or links. The first node that has a setting is taken. */
function readGraph(graph: Record<string, unknown>): SaidOfImage {
  const nodes = new Map(
    Object.entries(graph).flatMap(([id, node]): [string, Inputs][] =>
      isRecord(node) && isRecord(node.inputs) ? [[id, node.inputs]] : [],
    ),
  );
  const first = (...names: string[]) =>
    [...nodes.values()]
      .flatMap((own) => names.map((name) => own[name]))
      .find((value) => typeof value === "string" || typeof value === "number");
  const facts = [
    ["model", first("ckpt_name", "unet_name")],
    ["seed", first("seed", "noise_seed")],
    ...samplerInputs.map((name) => [name, first(name)]),
  ] as [string, string | number | undefined][];
  return {
    notes: toNotes(facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))),
    text: textOfGraph(nodes),
  };
}

/** The text behind the sampler's "positive" (of Flux' guider: "conditioning"), however many nodes lie between. */
function textOfGraph(nodes: ReadonlyMap<string, Inputs>): string | null {
  const seen = new Set<string>();
  // The last is followed first; a chain may be longer than calls can be nested.
  const links = [...nodes.values()].flatMap((inputs) => [inputs.positive, inputs.conditioning]).toReversed();
  while (links.length > 0) {
    const link = links.pop();
    if (!Array.isArray(link) || seen.has(String(link[0]))) continue;
    const id = String(link[0]);
    seen.add(id);
    const inputs = nodes.get(id) ?? {};
    const own = ["text", "value", "string", "t5xxl", "text_g", "prompt"].map((name) => inputs[name]);
    const text = own.find((value) => typeof value === "string" && value.trim() !== "");
    if (typeof text === "string") return text;
    links.push(...Object.values(inputs).toReversed());
  }
  return null;
}
