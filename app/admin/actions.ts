/** The guide of a first visit, which the dashboard's frame shows on every page. */
"use server";

import { z } from "zod";
import { closeGuide, getGuide } from "@/lib/dashboard/guide";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";

export const readGuide = protectedAction(staff, z.object({}), async (_, member) => getGuide(member));

export const endGuide = protectedAction(staff, z.object({}), async (_, member) => closeGuide(member.id));
