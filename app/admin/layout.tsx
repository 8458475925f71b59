/** The dashboard's frame. Layouts are kept while people move about, so every page checks the role again by itself. */
import type { ReactNode } from "react";
import { GuidePanel } from "@/components/guide/guide-panel";
import { PanelBar, PanelColumn } from "@/components/panel-navigation";
import { Toaster } from "@/components/toaster";
import { getGuide } from "@/lib/dashboard/guide";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { endGuide, readGuide } from "./actions";

export default async function PanelLayout({ children }: { children: ReactNode }) {
  const { id, email, name, role } = await requireRole(...staff);
  const guide = await getGuide({ id, email });
  return (
    <div className="lg:flex">
      <a href="#content" className="skip-link">
        Skip to the content
      </a>
      <PanelColumn person={{ name, role }} />
      <div className="min-w-0 flex-1">
        <PanelBar person={{ name, role }} />
        {guide ? <GuidePanel initial={guide} read={readGuide} end={endGuide} /> : null}
        <main
          id="content"
          tabIndex={-1}
          className="mx-auto max-w-[88rem] px-4 pt-3 pb-12 outline-none sm:px-8 lg:px-12 lg:pt-5"
        >
          {children}
        </main>
      </div>
      <Toaster />
    </div>
  );
}
