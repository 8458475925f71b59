/** What training tells while it runs. A run that is resumed may repeat events; their keys stay the same. */
import type { NearestImage } from "./copy-words";
import type { Overfitting } from "./overfitting";
import type { RunRequest } from "./run-requests";

/** Mean losses of held-out images and of as many training images, under the same kind of draws and without dropout. */
export type ValidationLosses = { readonly heldOut: number; readonly training: number };

export type TrainingEvent =
  | {
      readonly type: "loss";
      /** Steps done. */
      readonly step: number;
      readonly totalSteps: number;
      readonly loss: number;
      /** The value of the term of consistency between captions, before weighting; absent: not measured at this step. */
      readonly consistencyLoss?: number;
      /** Before clipping. */
      readonly gradientNorm: number;
      /** Of this step. */
      readonly learningRate: number;
      readonly stepsPerSecond: number;
      readonly secondsLeft: number;
    }
  | {
      /** Before the first step: how many class images are there. */
      readonly type: "class-images";
      readonly done: number;
      readonly total: number;
      readonly folder: string;
    }
  | {
      readonly type: "preview";
      readonly step: number;
      readonly caption: string;
      readonly seed: number;
      readonly pngPath: string;
      /** The training image that it comes nearest to; null for an upsampler, which enlarges one of them. */
      readonly nearest: NearestImage | null;
    }
  | {
      readonly type: "validation";
      /** Steps done; 0 is the model that the run starts from. */
      readonly step: number;
      readonly losses: ValidationLosses;
      /** Equal parts of the timesteps, the least noisy ones first. */
      readonly bands: readonly ValidationLosses[];
      /** Whether the weights' moving average was measured, in place of the weights of the step. */
      readonly isAverage: boolean;
      /** Whether the held-out loss is the run's lowest after its first step. */
      readonly isBest: boolean;
      readonly overfitting: Overfitting | null;
    }
  | {
      readonly type: "checkpoint";
      readonly step: number;
      /** Epochs done, with a fraction. */
      readonly epoch: number;
      readonly path: string;
      /**
       * `resume` is for this run alone; the others are models, and stay. `best` is that of the lowest validation so far,
       * `saved` what somebody asked for.
       */
      readonly kind: "resume" | "kept" | "saved" | "final" | "best";
    }
  | {
      /** What somebody asked for is done. */
      readonly type: "answered";
      readonly step: number;
      readonly request: RunRequest;
    }
  | {
      readonly type: "resources";
      readonly step: number;
      /** Since the last event of this kind, with everything that is done between steps. */
      readonly imagesPerSecond: number;
      /** Of this process, resident. */
      readonly memoryBytes: number;
      /** Of all processors of the machine, 0 to 1. */
      readonly processorLoad: number;
      /** Of the graphics card; null where the run is on the processor, or the driver does not tell. */
      readonly deviceMemoryBytes: number | null;
      /** 0 to 1. */
      readonly deviceLoad: number | null;
    }
  | {
      readonly type: "log";
      /** Absent: info. */
      readonly level?: LogLevel;
      readonly message: string;
    };

/** A warning: what was done differs from what was asked for. An error: something is lost, or the run ends. */
export type LogLevel = "info" | "warning" | "error";
