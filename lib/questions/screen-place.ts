/** Where images are on a rater's screen. */
import { z } from "zod";

/** Index of an image on the rater's screen, from 0 at the left or top. */
export const screenPlace = z.number().int().min(0).max(11);
