import type { Product } from "../../support/product.ts";

/** Somebody signed in at the console of a running product. */
export interface ConsoleVisitor {
  get(path: string): Promise<unknown>;
  post(path: string, body: unknown): Promise<unknown>;
}

export async function visitConsole(
  product: Product,
  name: string,
  role: "nurse" | "lead" | "auditor" = "nurse",
): Promise<ConsoleVisitor> {
  const entered = await fetch(product.consoleLink(name, role), { redirect: "manual" });
  const [cookie = ""] = (entered.headers.getSetCookie()[0] ?? "").split(";");

  async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${product.url}/nurse/api${path}`, {
      method,
      headers: { cookie, origin: product.url, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  return { get: (path) => ask("GET", path), post: (path, body) => ask("POST", path, body) };
}
