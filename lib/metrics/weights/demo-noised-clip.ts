/** The demo's noised CLIP among the installed weights: the installation of the demo copies it there. */

/** The files are named as a noised CLIP that was trained here. */
export const demoNoisedClip = {
  name: "demo-noised-clip",
  title: "the demo’s noised CLIP",
  image: "clip_image_enc.safetensors",
  text: "clip_text_enc.safetensors",
  options: "config.json",
} as const;
