/** The roles of people with an account, and what each may do. */

export const roles = ["ADMINISTRATOR", "RESEARCHER", "RATER"] as const;

export type Role = (typeof roles)[number];

export const roleNames: Record<Role, { label: string; text: string }> = {
  ADMINISTRATOR: { label: "Administrator", text: "Everything, including accounts and settings." },
  RESEARCHER: {
    label: "Researcher",
    text: "Datasets, models, fine-tunes, samples, evaluations and studies.",
  },
  RATER: { label: "Rater", text: "Rating in studies they are invited to." },
};

/** Who may use the dashboard. */
export const staff = ["ADMINISTRATOR", "RESEARCHER"] as const satisfies readonly Role[];

/** Who may manage people and settings. */
export const administrators = ["ADMINISTRATOR"] as const satisfies readonly Role[];
