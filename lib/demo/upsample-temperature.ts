/**
 * Factor on the start noise of the demo's upsampler. It had 1,800 steps of two pictures: at GLIDE's 0.997 it leaves grain
 * where a longer trained one has smooth fur and walls.
 */
export const demoUpsampleTemperature = 0.9;
