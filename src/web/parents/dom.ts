import { t } from "./texts.ts";

type Props = Readonly<Record<string, string | boolean | undefined | ((event: Event) => void)>>;

let shapes: Readonly<Record<string, string>> = {};
let loading: Promise<void> | undefined;

/** Makes an element. Properties that start with `on` listen; texts become text, never markup. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  props: Props = {},
  ...children: readonly (Node | string | undefined)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** Draws words of the page itself, which follow its language and say which it is, wherever they stand: {@link sayAgain}. */
export function pageWords(key: string, tag: "span" | "small" = "span"): HTMLElement {
  return setPageWords(h(tag), key);
}

export function setPageWords(element: HTMLElement, key: string): HTMLElement {
  element.dataset["words"] = key;
  element.lang = document.documentElement.lang;
  element.textContent = t(key);
  return element;
}

/** Says the page's own words among what was said in its present language. What was said stays as it was. */
export function sayAgain(within: HTMLElement): void {
  for (const element of within.querySelectorAll<HTMLElement>("[data-words]")) {
    setPageWords(element, element.dataset["words"] ?? "");
  }
}

/** Draws a pictogram, or nothing for a name that is not known. */
export function icon(name: string | undefined): Node | undefined {
  const shape = name === undefined ? undefined : shapes[name];
  if (shape === undefined) return undefined;
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = svg.appendChild(document.createElementNS(space, "path"));
  path.setAttribute("d", shape);
  return svg;
}

/** Fetches the pictograms, once. Without them the page stands in words alone. */
export function loadPictograms(url: string): Promise<void> {
  loading ??= fetch(url)
    .then((answer) => answer.json())
    .then(
      (found) => {
        shapes = found;
      },
      () => {
        loading = undefined;
      },
    );
  return loading;
}

const figures = document.querySelector(".dolls");

/** Draws the two dolls that stand for the one who speaks. */
export function dolls(): Node | undefined {
  return figures?.cloneNode(true);
}

/** Finds an element that the page always has. */
export function at<Kind extends HTMLElement = HTMLElement>(selector: string): Kind {
  const found = document.querySelector<Kind>(selector);
  if (found === null) throw new Error(`the page has no ${selector}`);
  return found;
}
