/** How large a settings file may be, for whoever reads it and for the form that sends it. */

/** A file with every option and eight long captions has less than 10 KB. */
export const settingsFileBytes = 64 * 1024;
