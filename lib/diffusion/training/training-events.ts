/** What training tells while it runs. A run that is resumed may repeat events; their keys stay the same. */

export type TrainingEvent =
  | {
      readonly type: "loss";
      /** Steps done. */
      readonly step: number;
      readonly totalSteps: number;
      readonly loss: number;
      /** Before clipping. */
      readonly gradientNorm: number;
      /** Of this step. */
      readonly learningRate: number;
      readonly stepsPerSecond: number;
      readonly secondsLeft: number;
    }
  | {
      readonly type: "preview";
      readonly step: number;
      readonly caption: string;
      readonly seed: number;
      readonly pngPath: string;
    }
  | {
      readonly type: "checkpoint";
      readonly step: number;
      /** Epochs done, with a fraction. */
      readonly epoch: number;
      readonly path: string;
      /** `resume` is for this run alone; the others are models, and stay. */
      readonly kind: "resume" | "kept" | "final";
    }
  | { readonly type: "log"; readonly message: string };
