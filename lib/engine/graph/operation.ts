/** What it takes to be an operation: a shape rule, an ONNX emission, kernels and a gradient, none of them optional. */
import { SemblanceError } from "@/lib/errors";
import type { CardEmitter, OnnxEmitter, Tensor } from "./graph";
import { shapeToText, type TensorType } from "./tensor-type";

type Tensors = readonly Tensor[];

/** One use of an operation: the tensors and settings it was applied to, and what it gave. */
export type Application<Inputs extends Tensors, Outputs extends Tensors, Attributes> = {
  readonly inputs: Inputs;
  readonly outputs: Outputs;
  readonly attributes: Attributes;
};

export type OperationRules<Inputs extends Tensors, Outputs extends Tensors, Attributes> = {
  /** As users call it; appears in messages. */
  readonly name: string;
  /** The types of the outputs. Throws a SemblanceError where the inputs do not fit together. */
  infer(inputs: Inputs, attributes: Attributes): { readonly [Index in keyof Outputs]: TensorType };
  /** Writes the ONNX nodes that compute the outputs. */
  emit(onnx: OnnxEmitter, application: Application<Inputs, Outputs, Attributes>): void;
  /** Says how a graphics card computes the outputs. */
  lower(card: CardEmitter, application: Application<Inputs, Outputs, Attributes>): void;
  /**
   * Given dLoss/dOutput for every output, gives dLoss/dInput for every input, as further operations; null for
   * what has no derivative (indices, masks). What nobody asks for is built but never emitted.
   */
  gradient(
    application: Application<Inputs, Outputs, Attributes>,
    outputGradients: Outputs,
  ): { readonly [Index in keyof Inputs]: Tensor | null };
};

/** Makes the function that applies an operation to tensors of one graph. */
export function defineOperation<
  Inputs extends Tensors,
  Outputs extends Tensors,
  Attributes = Record<never, never>,
>(rules: OperationRules<Inputs, Outputs, Attributes>): (inputs: Inputs, attributes: Attributes) => Outputs {
  const apply = (inputs: Inputs, attributes: Attributes): Outputs => {
    const graph = inputs[0]?.graph;
    if (!graph) throw operandError(rules.name, inputs, "it needs at least one tensor");
    const types = rules.infer(inputs, attributes) as readonly TensorType[];
    return graph.append(rules.name, inputs, types, (appended) => {
      const application = { inputs, outputs: appended as Outputs, attributes };
      return {
        emit: (onnx) => rules.emit(onnx, application),
        lower: (card) => rules.lower(card, application),
        gradient: (outputGradients) =>
          rules.gradient(application, outputGradients as Outputs) as readonly (Tensor | null)[],
        again: (others) => apply(others as unknown as Inputs, attributes),
      };
    }) as Outputs;
  };
  return apply;
}

/** The error of an operation whose operands do not fit: names the operation and every operand's shape. */
export function operandError(operation: string, operands: Tensors, problem: string): SemblanceError {
  const shapes = operands.map(({ shape, dtype }) =>
    dtype === "float32" ? shapeToText(shape) : `${dtype} ${shapeToText(shape)}`,
  );
  return new SemblanceError("shape_mismatch", `${operation}(${shapes.join(", ")}): ${problem}.`, {
    remedy: "Compare the shapes in the message with what the operation takes.",
    details: { operation, operands: operands.map(({ name }) => name) },
  });
}
