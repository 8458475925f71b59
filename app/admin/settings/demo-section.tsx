/** The demo's place in the settings: what it is, and its removal. */
import { ActionButton } from "@/components/action-button";
import { Section } from "@/components/page-header";
import { Panel } from "@/components/panel";
import { SemblanceCommand } from "@/components/semblance-command";
import { demoRemovalToLines } from "@/lib/dashboard/demo-removal-to-lines";
import type { DemoRemoval } from "@/lib/dashboard/remove-demo";
import { removeTheDemo } from "./actions";

export function DemoSection({ removal }: { removal: DemoRemoval }) {
  return (
    <Section
      title="Demo"
      text="A miniature example with a finished study. Its simulated answers are removed along with it."
    >
      <Panel className="max-w-3xl">
        <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-4">
          <ul className="grid gap-1 text-sm">
            {demoRemovalToLines(removal).map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
          <div className="flex min-w-0 flex-wrap items-center gap-3">
            <ActionButton
              label="Remove the demo"
              act={removeTheDemo.bind(null, {})}
              done="The demo was removed."
              confirm={{
                title: "Remove the demo?",
                text: `${demoRemovalToLines(removal).join(". ")}. This cannot be undone.`,
              }}
            />
            <SemblanceCommand command="npx semblance reset" />
          </div>
        </div>
      </Panel>
    </Section>
  );
}
