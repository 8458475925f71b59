/**
 * How the demo's upsampler is run. It had 1,800 steps of two pictures: at GLIDE's temperature of 0.997 it leaves grain where
 * a longer trained one has smooth fur and walls, and started from noise alone it darkens and tints (docs/measurements/demo.md).
 */
export const demoUpsampling = { upsampleTemperature: 0.9, upsampleStrength: 0.5 } as const;
