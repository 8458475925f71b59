/** A `semblance` command to copy, which works on the installation that shows it. Rendered on the server. */
import { semblanceCommand } from "@/lib/platform/server/semblance-command";
import { CommandLine } from "./command-line";

export function SemblanceCommand({ command }: { command: string }) {
  return <CommandLine command={semblanceCommand(command)} />;
}
