/** The settings of training that decide how a run sees an image. */
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";

export const augmentSettings = fineTuneSettings.pick({
  augmentations: true,
  captionWords: true,
  degradedMark: true,
  cropAreaMin: true,
  flip: true,
  seed: true,
});
