import { read, write } from "./api.ts";
import { fill, h } from "./dom.ts";
import { state } from "./state.ts";
import { t } from "./words.ts";

interface Person {
  readonly id: string;
  readonly name: string;
}

/** Who is signed in, for a lead, with the end of it: for when somebody leaves or a device is lost. */
export async function showPeople(): Promise<HTMLElement> {
  const element = h("section", { class: "people", "aria-labelledby": "people" });
  await draw(element);
  return element;
}

async function draw(element: HTMLElement, said = ""): Promise<void> {
  const { people } = await read<{ people: readonly Person[] }>("/sessions");
  const others = people.filter(({ id }) => id !== state.me?.id);
  fill(
    element,
    h("h2", { id: "people", tabindex: "-1" }, t("people.title")),
    h("p", { class: "quiet" }, t("people.explain")),
    h("p", { role: "status" }, said),
    h(
      "ul",
      {},
      others.map((person) =>
        h(
          "li",
          {},
          h("span", {}, `${person.name} `),
          h(
            "button",
            { type: "button", onclick: () => end(element, person) },
            t("people.end", { name: person.name }),
          ),
        ),
      ),
    ),
  );
}

async function end(element: HTMLElement, { id, name }: Person): Promise<void> {
  await write("/sessions/end", { who: id });
  await draw(element, t("people.ended", { name }));
  element.querySelector<HTMLElement>("h2")?.focus();
}
