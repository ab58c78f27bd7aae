/** Letters that look the same and that WhatsApp does not read as markup. All are one UTF-16 unit, like the originals. */
const lookalikes: Readonly<Record<string, string>> = { "*": "∗", _: "ˍ", "~": "∼", "`": "ˋ" };

const address = /\b(?:https?:\/\/|www\.)\S+/g;

/**
 * Writes a text so that WhatsApp shows it as it stands.
 *
 * Our texts hold no markup, but "~38,5 of ~39" would be struck through and a line that begins with ">" would
 * become a quote; WhatsApp knows no escape sign. Only marks that come in pairs within a line do harm, so one
 * alone is left as it is, and web addresses are never touched.
 */
export function writePlain(text: string): string {
  return text
    .split("\n")
    .map((line) => disarm(line).replace(/^(\s*)>(?=\s)/, "$1›"))
    .join("\n");
}

function disarm(line: string): string {
  const bare = line.replace(address, "");
  const harmful = Object.keys(lookalikes).filter((mark) => bare.split(mark).length > 2);
  if (harmful.length === 0) return line;
  let written = "";
  let at = 0;
  for (const found of line.matchAll(address)) {
    written += replaceMarks(line.slice(at, found.index), harmful) + found[0];
    at = found.index + found[0].length;
  }
  return written + replaceMarks(line.slice(at), harmful);
}

function replaceMarks(text: string, marks: readonly string[]): string {
  return marks.reduce((written, mark) => written.replaceAll(mark, lookalikes[mark] ?? mark), text);
}
