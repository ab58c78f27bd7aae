import type { Request } from "express";

/**
 * Whether a request that changes something was made by the console's own page.
 *
 * `Origin` must be there and equal the public address, or the address the request was served at; where a
 * browser also says `Sec-Fetch-Site`, it must say the same. Requests without either are refused: every
 * browser that the console supports sends `Origin` with a POST.
 */
export function isSameOrigin(request: Request, publicUrl: string | undefined): boolean {
  const origin = request.get("origin");
  const site = request.get("sec-fetch-site");
  if (origin === undefined || (site !== undefined && site !== "same-origin")) return false;
  return (
    origin === servedOrigin(request) || (publicUrl !== undefined && origin === new URL(publicUrl).origin)
  );
}

/**
 * Whether a request that only reads was made by another site. Typing the address is our own; so is a program, which
 * says neither `Sec-Fetch-Site` nor `Origin`.
 */
export function isForeign(request: Request, publicUrl: string | undefined): boolean {
  const site = request.get("sec-fetch-site") ?? "none";
  if (!["same-origin", "none"].includes(site)) return true;
  return request.get("origin") !== undefined && !isSameOrigin(request, publicUrl);
}

/** The address under which this request came in, as the browser writes it. */
export function servedOrigin(request: Request): string {
  return `${request.protocol}://${request.get("host") ?? ""}`;
}
