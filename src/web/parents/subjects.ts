import type { Shown } from "./memory.ts";

/** What dialogs are about, by how their names begin. The menu shows the same pictograms on its buttons. */
const subjects = new Map(
  Object.entries({
    sleep: "moon",
    food: "plate",
    limits: "hand-stop",
    crying: "drop",
    wellbeing: "heart",
    callback: "nurse",
    consent: "eye",
    local: "map",
    network: "family",
    language: "globe",
    menu: "question",
  }),
);

/** The pictogram that stands beside a text: its own, else that of its subject, for who reads with difficulty. */
export function pictureOf({ pictogram, dialog = "" }: Shown, isOfSubject: boolean): string | undefined {
  return pictogram ?? (isOfSubject ? subjects.get(dialog.split("-")[0] ?? "") : undefined);
}
