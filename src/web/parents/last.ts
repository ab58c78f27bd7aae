/** The last of a list. `Array.prototype.at` is younger than the phones this page has to run on. */
export function last<Item>(list: readonly Item[]): Item | undefined {
  return list[list.length - 1];
}
