/** What generators write down of an image, in the image itself or in a JSON file beside it: model, seed and settings. */
import { readPngText } from "@/lib/images/png-text";
import type { SampleOrigin } from "../sample-origin";

/** What is said of an image; the caption that it is for is none of it. */
export type GeneratorNotes = Omit<SampleOrigin, "file">;

const mostSettings = 40;
const longestValue = 2000;

const modelNames = ["model", "model_name", "checkpoint", "sd_model_name", "ckpt_name"];
/** What says again which image or caption is meant, or holds it. */
const captionNames = new Set(["file", "file_name", "filename", "prompt", "caption", "text", "key", "image"]);

/**
 * Of a record of names and values, such as a JSON file beside the image: `samples export` writes `settings` as a record of its
 * own. Lists, and records otherwise, are passed over.
 */
export function notesOfRecord(record: Readonly<Record<string, unknown>>): GeneratorNotes {
  const { settings, ...rest } = record;
  const inner = isRecord(settings) ? settings : {};
  const facts = Object.entries({ ...rest, ...inner }).flatMap(([name, value]): [string, string][] => {
    if (captionNames.has(name.toLowerCase())) return [];
    if (typeof value === "string" && value.trim() !== "") return [[name, value.trim()]];
    return typeof value === "number" || typeof value === "boolean" ? [[name, String(value)]] : [];
  });
  return toNotes(facts);
}

/** Of a PNG as Automatic1111's web UI (and Forge, and Fooocus) or ComfyUI write it; nothing where it says nothing. */
export function notesOfImage(bytes: Uint8Array): GeneratorNotes {
  const parameters = readPngText(bytes, "parameters");
  if (parameters !== null) return notesOfParameters(parameters);
  const graph = readPngText(bytes, "prompt");
  return graph === null ? {} : notesOfGraph(graph);
}

/** "Steps: 20, Sampler: Euler a, Seed: 7, Model: sd15" in the last line; a value with commas stands in quotation marks. */
function notesOfParameters(text: string): GeneratorNotes {
  const lines = text.split(/\r\n|\n|\r/).map((line) => line.trim());
  const last = lines.findLast((line) => /^Steps: /.test(line));
  if (last === undefined) return {};
  const negative = lines.find((line) => line.startsWith("Negative prompt: "));
  const facts = [...last.matchAll(/([^:,]+): ("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/g)].map(
    ([, name, value]): [string, string] => [name!.trim(), value!.replace(/^"|"$/g, "").trim()],
  );
  return toNotes([
    ...facts,
    ...(negative === undefined ? [] : [["Negative prompt", negative.slice(17)] as [string, string]]),
  ]);
}

const samplerInputs = ["steps", "cfg", "sampler_name", "scheduler", "denoise", "guidance", "width", "height"];

/** ComfyUI's graph: nodes by id, each with its inputs. The first node that has one of them is taken. */
function notesOfGraph(json: string): GeneratorNotes {
  let graph: unknown;
  try {
    graph = JSON.parse(json);
  } catch {
    return {};
  }
  if (!isRecord(graph)) return {};
  const inputs = Object.values(graph).flatMap((node) =>
    isRecord(node) && isRecord(node.inputs) ? [node.inputs] : [],
  );
  const first = (...names: string[]) =>
    inputs
      .flatMap((own) => names.map((name) => own[name]))
      .find((value) => typeof value === "string" || typeof value === "number");
  const facts = [
    ["model", first("ckpt_name", "unet_name")],
    ["seed", first("seed", "noise_seed")],
    ...samplerInputs.map((name) => [name, first(name)]),
  ] as [string, string | number | undefined][];
  return toNotes(
    facts.flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as [string, string]],
    ),
  );
}

function toNotes(facts: readonly [name: string, value: string][]): GeneratorNotes {
  const kept = facts
    .map(([name, value]): [string, string] => [storable(name), storable(value).slice(0, longestValue)])
    .filter(([name, value]) => name !== "" && value !== "");
  const named = (names: readonly string[]) =>
    names
      .map((name) => kept.find(([each]) => each.toLowerCase() === name)?.[1])
      .find((value) => value !== undefined);
  const [model, seed] = [named(modelNames), named(["seed"])];
  const settings = kept
    .filter(([name]) => name.toLowerCase() !== "seed" && !modelNames.includes(name.toLowerCase()))
    .slice(0, mostSettings);
  return {
    ...(model === undefined ? {} : { model }),
    ...(seed === undefined ? {} : { seed }),
    ...(settings.length === 0 ? {} : { settings: Object.fromEntries(settings) }),
  };
}

/** Without what no database keeps. */
function storable(text: string): string {
  return text
    .replaceAll("\0", "")
    .replace(/\p{Surrogate}/gu, "\uFFFD")
    .trim();
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
