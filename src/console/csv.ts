type Field = string | number | null;

/**
 * Writes rows as CSV for a spreadsheet: quotes are doubled, and what a
 * spreadsheet would take for a formula is made plain text by an apostrophe.
 */
export function writeCsv(rows: readonly (readonly Field[])[]): string {
  return rows.map((row) => `${row.map(writeField).join(",")}\r\n`).join("");
}

function writeField(field: Field): string {
  if (field === null) return "";
  if (typeof field === "number") return String(field);
  const plain = /^[=+\-@\t\r]/.test(field) ? `'${field}` : field;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
