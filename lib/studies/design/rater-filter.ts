/** Whose answers a result counts. */

/**
 * all: everybody's answers. not-excluded: without raters whom a check or a person has excluded. not-flagged: also
 * without those whose answers look careless.
 */
export const raterFilters = ["not-excluded", "not-flagged", "all"] as const;
export type RaterFilter = (typeof raterFilters)[number];
