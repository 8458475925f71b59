/** Types of preparing-lock.mjs for the tests. */
export function takePreparingLock(root: string, onWait: () => void): Promise<() => void>;
