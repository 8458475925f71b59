/** The dashboard's menu: a column on wide screens, a sheet behind a button on phones. */
"use client";

import {
  Activity,
  Boxes,
  ChartColumn,
  FileImage,
  FlaskConical,
  Gauge,
  Images,
  LayoutDashboard,
  type LucideIcon,
  Menu,
  Settings,
  Users,
  X,
} from "lucide-react";
import { usePathname } from "next/navigation";
import { Dialog } from "radix-ui";
import { useState } from "react";
import type { Role } from "@/lib/platform/accounts/roles";
import { Wordmark } from "./brand";
import { buttonClass } from "./button-class";
import { classNames } from "./class-names";
import { Link } from "./page-link";
import { SignOutButton } from "./sign-out-button";
import { ThemeSwitch } from "./theme";

type Entry = { href: string; label: string; icon: LucideIcon; administrators?: boolean };

const groups: { title: string | null; entries: Entry[] }[] = [
  { title: null, entries: [{ href: "/admin", label: "Overview", icon: LayoutDashboard }] },
  {
    title: "Material",
    entries: [
      { href: "/admin/datasets", label: "Datasets", icon: Images },
      { href: "/admin/models", label: "Models", icon: Boxes },
    ],
  },
  {
    title: "Experiments",
    entries: [
      { href: "/admin/fine-tunes", label: "Fine-tunes", icon: FlaskConical },
      { href: "/admin/samples", label: "Samples", icon: FileImage },
      { href: "/admin/evaluations", label: "Evaluations", icon: Gauge },
    ],
  },
  { title: "People", entries: [{ href: "/admin/studies", label: "Studies", icon: ChartColumn }] },
  {
    title: "Operation",
    entries: [
      { href: "/admin/jobs", label: "Jobs", icon: Activity },
      { href: "/admin/users", label: "Accounts", icon: Users, administrators: true },
      { href: "/admin/settings", label: "Settings", icon: Settings, administrators: true },
    ],
  },
];

type Person = { name: string; role: Role };

function Entries({ role, onChoose }: { role: Role; onChoose?: () => void }) {
  const path = usePathname() ?? "";
  return (
    <div className="grid gap-5">
      {groups.map((group) => (
        <div key={group.title ?? "start"}>
          {group.title ? <p className="mb-1 px-3 text-xs text-faint">{group.title}</p> : null}
          <ul className="grid gap-0.5">
            {group.entries
              .filter((entry) => !entry.administrators || role === "ADMINISTRATOR")
              .map(({ href, label, icon: Icon }) => {
                const here = href === "/admin" ? path === href : path === href || path.startsWith(`${href}/`);
                return (
                  <li key={href}>
                    <Link
                      href={href}
                      {...(onChoose ? { onClick: onChoose } : {})}
                      aria-current={here ? "page" : undefined}
                      className={classNames(
                        "flex min-h-9 items-center gap-3 rounded-md px-3 text-sm transition-colors",
                        here
                          ? "bg-accent-soft font-medium text-accent"
                          : "text-muted hover:bg-sunken hover:text-ink",
                      )}
                    >
                      <Icon className="size-[1.1rem] shrink-0" strokeWidth={1.75} aria-hidden="true" />
                      {label}
                    </Link>
                  </li>
                );
              })}
          </ul>
        </div>
      ))}
    </div>
  );
}

function PersonFoot({ person }: { person: Person }) {
  return (
    <div className="grid gap-3 border-t pt-4">
      <Link href="/account" className="block rounded-md px-3 py-1.5 text-sm leading-tight hover:bg-sunken">
        <span className="block truncate font-medium">{person.name}</span>
        <span className="text-[0.8125rem] text-muted">Your account</span>
      </Link>
      <div className="flex flex-wrap items-center justify-between gap-2 px-3">
        <ThemeSwitch />
        <SignOutButton />
      </div>
    </div>
  );
}

/** For wide screens. */
export function PanelColumn({ person }: { person: Person }) {
  return (
    <header className="sticky top-0 hidden h-dvh w-60 shrink-0 flex-col overflow-y-auto border-e bg-surface px-3 py-5 lg:flex">
      <Link href="/admin" className="mb-7 rounded-sm px-3" aria-label="Semblance, overview">
        <Wordmark />
      </Link>
      <nav aria-label="Dashboard" className="flex-1">
        <Entries role={person.role} />
      </nav>
      <PersonFoot person={person} />
    </header>
  );
}

/** For phones and narrow windows. */
export function PanelBar({ person }: { person: Person }) {
  const [open, setOpen] = useState(false);
  return (
    <header className="sticky top-0 z-30 flex items-center justify-between border-b bg-surface px-4 py-1.5 lg:hidden">
      <Link href="/admin" className="rounded-sm" aria-label="Semblance, overview">
        <Wordmark />
      </Link>
      <Dialog.Root open={open} onOpenChange={setOpen}>
        <Dialog.Trigger className={buttonClass("secondary", "sm")}>
          <Menu className="size-4" aria-hidden="true" />
          Menu
        </Dialog.Trigger>
        <Dialog.Portal>
          <Dialog.Overlay className="fixed inset-0 z-40 bg-black/45" />
          <Dialog.Content
            aria-describedby={undefined}
            className="fixed inset-y-0 end-0 z-50 flex w-[min(20rem,88vw)] flex-col gap-6 overflow-y-auto border-s bg-surface px-3 py-4"
          >
            <div className="flex items-center justify-between px-3">
              <Dialog.Title className="font-serif text-xl">Menu</Dialog.Title>
              <Dialog.Close className={buttonClass("quiet", "sm")} aria-label="Close menu">
                <X className="size-4" aria-hidden="true" />
              </Dialog.Close>
            </div>
            <nav aria-label="Dashboard" className="flex-1">
              <Entries role={person.role} onChoose={() => setOpen(false)} />
            </nav>
            <PersonFoot person={person} />
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
    </header>
  );
}
