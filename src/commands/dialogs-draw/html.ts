/** Makes a text safe to stand in a page, in an attribute as well. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** The name of an entry in the page: `sleep-p4--ways`. */
export function anchorOf(sheet: string, entry?: string): string {
  return entry === undefined ? sheet : `${sheet}--${entry.replaceAll(".", "-")}`;
}
