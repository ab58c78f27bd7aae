type Attributes = Readonly<
  Record<string, string | number | boolean | undefined | ((event: Event) => unknown)>
>;
type Child = Node | string | undefined | false | null | readonly Child[];

/**
 * Makes an element. Text becomes text nodes and nothing else, so what a parent typed cannot become markup.
 *
 * Attributes that are functions are listeners (`onclick`), `true` is an attribute without a value, `false` and
 * undefined leave it out.
 */
export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== undefined && value !== false) element.setAttribute(key, String(value));
  }
  append(element, children);
  return element;
}

/** Replaces all that is in an element. */
export function fill(element: Element, ...children: readonly Child[]): void {
  element.replaceChildren();
  append(element, children);
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (Array.isArray(child)) append(element, child);
    else if (child instanceof Node) element.append(child);
    else if (typeof child === "string") element.append(document.createTextNode(child));
  }
}

let made = 0;

/** Gives an id that is used once on this page, to tie a label to its field. */
export function freshId(): string {
  made += 1;
  return `f${made}`;
}
