/** A remedy, with the command that it names ready to be copied. */
import { SemblanceCommand } from "./semblance-command";

export function Remedy({ text }: { text: string }) {
  const command = /`([^`]+)`/.exec(text)?.[1] ?? /npx semblance [\w./ -]*[\w/-]/.exec(text)?.[0];
  if (command === text) return <SemblanceCommand command={command} />;
  return (
    <div className="grid grid-cols-1 gap-2">
      <p>{text.replaceAll("`", "")}</p>
      {command ? <SemblanceCommand command={command} /> : null}
    </div>
  );
}
