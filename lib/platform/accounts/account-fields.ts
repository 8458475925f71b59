/** The fields of account forms; browser and server use the same checks. */
import { z } from "zod";
import { roles } from "./roles";

export const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254, "At most 254 characters.")
  // Addresses such as administrator@localhost are fine inside a group's own network.
  .regex(/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u, "Enter an e-mail address, such as ada@example.org.");

/** What signing in asks for; whether the two belong together is for the server to say. */
export const credentials = z.object({
  email: z
    .string()
    .trim()
    .min(1, "Enter your e-mail address.")
    .max(254, "At most 254 characters.")
    .regex(/^\P{Cc}*$/u, "This is no e-mail address."),
  password: z.string().min(1, "Enter your password.").max(1000, "At most 1000 characters."),
});

/** How long a password must be; whether it is easily guessed is for the server to say (NIST SP 800-63B, section 5.1.1). */
const newPassword = z.string().min(10, "At least 10 characters.").max(200, "At most 200 characters.");

const name = z.string().trim().min(1, "Enter a name.").max(120, "At most 120 characters.");

const profile = z.object({ name, email });

/** The current password, which a new address or a new password needs; often left empty. */
const current = z.string().max(1000, "At most 1000 characters.");

const passwordsDiffer = { path: ["repeated"], message: "The passwords do not match." };

/** The whole account page. An empty new password leaves the one there is. */
export const account = profile
  .extend({ current, password: newPassword.or(z.literal("")), repeated: z.string() })
  .refine((value) => value.password === value.repeated, passwordsDiffer);

/** The first visit, which does not end without a password. */
export const firstAccount = profile
  .extend({ current, password: newPassword, repeated: z.string() })
  .refine((value) => value.password === value.repeated, passwordsDiffer);

export const invitation = z.object({ name, email, role: z.enum(roles) });
