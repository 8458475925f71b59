/** How large fingerprints of images are, and which ones look alike. */

/** Side of a fingerprint; its values are those of all pixels in reading order, red, green and blue of each. */
export const fingerprintSidePx = 16;
export const fingerprintLength = fingerprintSidePx * fingerprintSidePx * 3;

/**
 * Images whose fingerprints differ by at most this look alike: levels of 0 to 255, on average over a fingerprint. Of the 32
 * photographs of the report's experiment, copies scaled to 128 px or compressed at quality 30 differ by 1.7 or less, different
 * photographs by 11 or more, and cut by 2 % at each edge by 4 to 10.
 */
export const alikeDistance = 6;
