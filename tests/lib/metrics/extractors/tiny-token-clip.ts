/** The tiny CLIP with towers that end as real ones do: a token is chosen, normalised (images alone) and projected. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { elementTypes } from "@/lib/engine/graph/onnx-emitter";
import { attributeTypes, type TensorProto } from "@/lib/engine/onnx/onnx-schema";
import { tinyClip, tinyTokenVector, tinyVocabulary, writeTinyClip } from "./tiny-clip";
import { model, node, value, weights } from "./tiny-onnx";

/** Patches of 4 × 4 pixels, two in a row. */
export const tinyGrid = 2;

/** Rows: what each channel of a normalised patch is projected to. */
export const tinyPatchProjection = [1, 0.5, -0.25, 0, 0, 1, 0.75, 0.5, -0.5, 0, 1, 1];
/** Rows: what each value of a token's vector is projected to. */
export const tinyTextProjection = [1, 0, 0, 0.5, 0, 1, 0, 0, 0, 0.5, 1, 0, 0, 0, 0, 1];

const integer = (name: string, i: number) => ({ name, type: attributeTypes.integer, i });
const integers = (name: string, ints: number[]) => ({ name, type: attributeTypes.integers, ints });
const int64 = (name: string, dims: number[], values: number[]): TensorProto => ({
  name,
  dataType: elementTypes.int64,
  dims,
  rawData: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
});

/** Writes the model into `folder`; `decomposed` spells the image tower's normalisation out, as older exports do. */
export function writeTinyTokenClip(folder: string, { decomposed = false } = {}): void {
  writeTinyClip(folder);
  writeFileSync(join(folder, "onnx/vision_model.onnx"), visionModel(decomposed));
  writeFileSync(join(folder, "onnx/text_model.onnx"), textModel());
}

function visionModel(decomposed: boolean): Uint8Array {
  const normalisation = decomposed
    ? [
        node("ReduceMean", ["chosen", "last"], "mean", [integer("keepdims", 1)]),
        node("Sub", ["chosen", "mean"], "centred"),
        node("Mul", ["centred", "centred"], "squares"),
        node("ReduceMean", ["squares", "last"], "variance", [integer("keepdims", 1)]),
        node("Add", ["variance", "epsilon"], "stable"),
        node("Sqrt", ["stable"], "deviation"),
        node("Div", ["centred", "deviation"], "unit"),
        node("Mul", ["unit", "scale"], "scaled"),
        node("Add", ["scaled", "bias"], "normalised"),
      ]
    : [node("LayerNormalization", ["chosen", "scale", "bias"], "normalised", [integer("axis", -1)])];
  return model(
    [value("pixel_values", "float32", 4)],
    [value("image_embeds", "float32", 2)],
    [
      weights("projection", [3, tinyClip.dims], tinyPatchProjection),
      weights("scale", [3], [1, 2, 3]),
      weights("bias", [3], [0.5, 0, -0.5]),
      weights("epsilon", [1], [1e-5]),
      int64("flat", [3], [0, 0, -1]),
      int64("last", [1], [-1]),
      int64("tokens", [1], [1]),
      int64("first", [], [0]),
    ],
    [
      node("AveragePool", ["pixel_values"], "pooled", [
        integers("kernel_shape", [4, 4]),
        integers("strides", [4, 4]),
      ]),
      node("Reshape", ["pooled", "flat"], "columns"),
      node("Transpose", ["columns"], "patches", [integers("perm", [0, 2, 1])]),
      node("ReduceMean", ["patches", "tokens"], "class", [integer("keepdims", 1)]),
      node("Concat", ["class", "patches"], "hidden", [integer("axis", 1)]),
      node("Gather", ["hidden", "first"], "chosen", [integer("axis", 1)]),
      ...normalisation,
      node("MatMul", ["normalised", "projection"], "image_embeds"),
    ],
  );
}

function textModel(): Uint8Array {
  const count = Object.keys(tinyVocabulary).length;
  const table = Array.from({ length: count }, (_, token) => tinyTokenVector(token)).flat();
  return model(
    [value("input_ids", "int64", 2)],
    [value("text_embeds", "float32", 2)],
    [
      weights("table", [count, tinyClip.dims], table),
      weights("zero", [1], [0]),
      weights("projection", [tinyClip.dims, tinyClip.dims], tinyTextProjection),
      int64("rows", [2], [-1, tinyClip.dims]),
    ],
    [
      node("Gather", ["table", "input_ids"], "vectors"),
      node("Add", ["vectors", "zero"], "hidden"),
      // As exporters write an index of two dimensions: flattened, and one number for each row.
      node("ArgMax", ["input_ids"], "end", [integer("axis", 1), integer("keepdims", 0)]),
      node("Reshape", ["hidden", "rows"], "flat"),
      node("Gather", ["flat", "end"], "chosen", [integer("axis", 0)]),
      node("MatMul", ["chosen", "projection"], "text_embeds"),
    ],
  );
}
