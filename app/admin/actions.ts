/** The guide of a first visit, which the panel's frame shows on every page. */
"use server";

import { z } from "zod";
import { protectedAction } from "@/lib/accounts/protected-action";
import { staff } from "@/lib/accounts/roles";
import { closeGuide, getGuide } from "@/lib/guide/guide";

export const readGuide = protectedAction(staff, z.object({}), async (_, member) => getGuide(member));

export const endGuide = protectedAction(staff, z.object({}), async (_, member) => closeGuide(member.id));
