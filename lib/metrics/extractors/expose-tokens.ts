/** Extends a CLIP's ONNX file so that it also outputs the embedding of every token. */
import protobuf from "protobufjs";
import { elementTypes } from "@/lib/engine/graph/onnx-emitter";
import { encodeModel } from "@/lib/engine/onnx/onnx-schema";
import { SemblanceError } from "@/lib/errors";

/** Only the nodes, with their attributes unparsed, so that a file's weights are neither decoded nor copied. */
const nodesOnly = protobuf
  .parse(`
    syntax = "proto3";
    message ModelProto { GraphProto graph = 7; }
    message GraphProto { repeated NodeProto node = 1; }
    message NodeProto {
      repeated string input = 1;
      repeated string output = 2;
      string name = 3;
      string op_type = 4;
      repeated bytes attribute = 5;
      string domain = 7;
    }
  `)
  .root.lookupType("ModelProto");

type Node = {
  input: string[];
  output: string[];
  name: string;
  opType: string;
  attribute: Uint8Array[];
  domain: string;
};

const selecting: ReadonlySet<string> = new Set(["Gather", "GatherND", "GatherElements"]);
const reshaping: ReadonlySet<string> = new Set([
  "Reshape",
  "Flatten",
  "Squeeze",
  "Unsqueeze",
  "Transpose",
  "Slice",
  "Identity",
]);

/** What is between the chosen token and its embedding: a normalisation and a projection, in pieces. */
const MOST_NODES = 24;

/**
 * A CLIP tower ends by choosing one token (the class token of an image, the end mark of a caption), normalising it
 * in some models, and projecting it. This repeats these last steps for all tokens, as additional nodes after the model's own:
 * an ONNX file is a message of Protocol Buffers, whose parts may follow each other and are merged when read.
 *
 * @param output the embedding of the chosen token, [batch, dims]
 * @param exposed the name of the new output, [batch, tokens, dims]
 * @param name what to call the file in messages
 * @throws SemblanceError `invalid_file` where the file does not end in that way
 */
export function exposeTokens(
  model: Uint8Array,
  { output, exposed, name }: { output: string; exposed: string; name: string },
): Uint8Array {
  const nodes = readNodes(model, name);
  const producers = new Map(nodes.flatMap((node) => node.output.map((value) => [value, node] as const)));
  const repeated: Node[] = [];
  const sources = new Set<string>();
  const known = new Map<string, string | null>();

  /** The name of a value's counterpart for all tokens; null for one that is the same for every token. */
  const forAllTokens = (value: string): string | null => {
    const done = known.get(value);
    if (done !== undefined) return done;
    const result = follow(value);
    known.set(value, result);
    return result;
  };
  const follow = (value: string): string | null => {
    const node = producers.get(value);
    if (!node) return null;
    if (selecting.has(node.opType) || reshaping.has(node.opType)) {
      const source = unselected(value, producers);
      if (source === null) return forAllTokens(node.input[0]!);
      if (!producers.has(source)) return null;
      sources.add(source);
      return source;
    }
    if (repeated.length >= MOST_NODES || sources.size > 1) throw unknownEnd(name, output);
    const inputs = node.input.map(forAllTokens);
    if (inputs.every((input) => input === null)) return null;
    const counterparts = node.output.map((each) => `${each}/${exposed}`);
    repeated.push({
      ...node,
      name: `${node.name}/${exposed}`,
      input: node.input.map((input, i) => inputs[i] ?? input),
      output: counterparts,
    });
    return counterparts[node.output.indexOf(value)]!;
  };

  const end = forAllTokens(output);
  if (end === null || sources.size !== 1 || repeated.length === 0) throw unknownEnd(name, output);
  const renamed = repeated.map((node) => ({
    ...node,
    output: node.output.map((each) => (each === end ? exposed : each)),
  }));
  const addition = nodesOnly.encode({ graph: { node: renamed } }).finish();
  return Buffer.concat([model, addition, encodeModel(outputOnly(exposed))]);
}

/** Where the values come from that a chain of selections and reshapings ends in; null where nothing is selected. */
function unselected(value: string, producers: ReadonlyMap<string, Node>): string | null {
  let selects = false;
  let at = value;
  for (;;) {
    const node = producers.get(at);
    if (!node || !(selecting.has(node.opType) || reshaping.has(node.opType))) return selects ? at : null;
    selects ||= selecting.has(node.opType);
    at = node.input[0]!;
  }
}

function readNodes(model: Uint8Array, name: string): Node[] {
  try {
    const { graph } = nodesOnly.toObject(nodesOnly.decode(model), { defaults: true }) as {
      graph: { node: Node[] };
    };
    return graph.node;
  } catch (cause) {
    throw new SemblanceError("invalid_file", `${name} is not an ONNX model.`, {
      remedy: "Export or download it again.",
      cause,
    });
  }
}

function outputOnly(name: string): Parameters<typeof encodeModel>[0] {
  const output = { name, type: { tensorType: { elemType: elementTypes.float32 } } };
  return { graph: { output: [output] } } as unknown as Parameters<typeof encodeModel>[0];
}

function unknownEnd(name: string, output: string): SemblanceError {
  return new SemblanceError(
    "invalid_file",
    `${name} does not choose one token and project it to ${output}, so it does not provide patches and words.`,
    { remedy: "Use a CLIP exported with its projection, such as those of `npx semblance weights list`." },
  );
}
