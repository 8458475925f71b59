/**
 * Factor on the start noise of the demo's upsampler. It has seen 1,200 pictures, a hundred thousandth of what GLIDE's
 * saw: at GLIDE's 0.997 it leaves grain where a longer trained one would have smooth fur and walls.
 */
export const demoUpsampleTemperature = 0.9;
