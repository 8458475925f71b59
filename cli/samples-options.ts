/** The options of `semblance samples`, as they are typed. */
import type { SettingsFileOptions } from "./settings-file";

/** `settings` and `writeSettings` are for draw and compare-guidance. */
export type SamplesOptions = SettingsFileOptions & {
  dataset?: string;
  base?: string;
  upsampler?: string;
  /** draw, compare-guidance: registered adapters of the base, and the scale of each; absent: 1. */
  lora?: string | string[];
  loraScale?: string | string[];
  /** draw: complete the images that these masks are for. */
  masks?: string;
  captions?: number;
  allCaptions?: boolean;
  /** NAME=VALUE, or several. */
  category?: string | string[];
  /** training or held-out; absent: both. */
  split?: string;
  side?: number;
  metrics?: string;
  /** export: one of `exportLayouts`; absent: PNG files with their captions and settings beside them. */
  as?: string;
  out?: string;
  /** compare-guidance: text or csv. */
  format?: string;
  wait?: boolean;
  [setting: string]: unknown;
};
