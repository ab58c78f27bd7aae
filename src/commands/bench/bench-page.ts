import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import type { Figure } from "./figures.ts";

/** What a parent's telephone fetches before they can tap, in bytes, plain and compressed. */
export async function benchPage(root: string): Promise<readonly Figure[]> {
  const folder = join(root, "dist/web/parents");
  const files = readdirSync(folder).filter((file) => /\.(js|css)$/.test(file));
  const sizes = files.map((file) => {
    const bytes = readFileSync(join(folder, file));
    return [file, bytes.length, brotliCompressSync(bytes).length] as const;
  });
  const words = brotliCompressSync(readFileSync(join(root, "locales/nl/page.json"))).length;
  const total = sizes.reduce((sum, [, , compressed]) => sum + compressed, words);
  return [
    ...sizes.map(([file, plain, compressed]): Figure => [file, `${plain} bytes, ${compressed} compressed`]),
    ["words of one locale", `${words} compressed`],
    ["together", `${total} bytes compressed (limit 20,480)`],
  ];
}
