/** The guide of a first visit, which the dashboard's frame shows on every page. */
"use server";

import { z } from "zod";
import { closeGuide, getGuide } from "@/lib/dashboard/guide";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";

export const readGuide = protectedAction(staff, readsOnly, z.object({}), async (_, member) =>
  getGuide(member),
);

export const endGuide = protectedAction(staff, "user.guide-closed", z.object({}), async (_, member) =>
  closeGuide(member),
);
