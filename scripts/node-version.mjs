/** Which versions of Node run Semblance. In words that much older ones understand too, so that they can say it. */

/** What keeps this version of Node from running Semblance, or null. @param version such as "20.19.0" */
export function nodeProblem(version) {
  const parts = version.split(".").map(Number);
  if (parts[0] > 20 || (parts[0] === 20 && parts[1] >= 19)) return null;
  return {
    message: `Semblance needs Node 20.19 or newer; this is ${version}.`,
    remedy:
      "Install a newer Node (from nodejs.org, or by your version manager: nvm install 22) and try again.",
  };
}
