/** Light, dark, or as the system has it: the provider around all pages, and the switch. */
"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { ThemeProvider as NextThemeProvider, useTheme } from "next-themes";
import type { ReactNode } from "react";
import { classNames } from "./class-names";
import { useHydrated } from "./use-hydrated";

export function ThemeProvider({ nonce, children }: { nonce: string | undefined; children: ReactNode }) {
  return (
    <NextThemeProvider
      attribute="data-theme"
      defaultTheme="system"
      enableColorScheme={false}
      disableTransitionOnChange
      {...(nonce ? { nonce } : {})}
    >
      {children}
    </NextThemeProvider>
  );
}

const choices = [
  { value: "light", label: "Light", icon: Sun },
  { value: "dark", label: "Dark", icon: Moon },
  { value: "system", label: "Same as system", icon: Monitor },
] as const;

export function ThemeSwitch() {
  const { theme, setTheme } = useTheme();
  // The server does not know the choice; it is marked once the browser has taken over.
  const hydrated = useHydrated();
  return (
    <fieldset className="inline-flex rounded-md border bg-surface p-0.5">
      <legend className="sr-only">Colours</legend>
      {choices.map(({ value, label, icon: Icon }) => {
        const chosen = hydrated && theme === value;
        return (
          <button
            key={value}
            type="button"
            title={label}
            aria-label={label}
            aria-pressed={chosen}
            onClick={() => setTheme(value)}
            className={classNames(
              "grid size-7 place-items-center rounded-sm",
              chosen ? "bg-sunken text-ink" : "text-faint hover:text-ink",
            )}
          >
            <Icon className="size-4" aria-hidden="true" />
          </button>
        );
      })}
    </fieldset>
  );
}
