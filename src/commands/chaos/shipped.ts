import { join } from "node:path";

/**
 * What operators run, as the checks of `infra/` start it. That folder is no part of what is built, so it is read
 * where a storm is let loose.
 */
export async function loadShipped(root: string): Promise<typeof import("../../../infra/as-shipped.mjs")> {
  return await import(join(root, "infra/as-shipped.mjs"));
}
