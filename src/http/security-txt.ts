import { Router } from "express";

/** Where a fault in security can be told, and until when that is known to be right. */
export interface SecurityContact {
  readonly contact: string;
  readonly expires: string;
}

/** Serves `/.well-known/security.txt` (RFC 9116); nothing when nobody is named or the date has passed. */
export function securityTxt(security: SecurityContact | undefined, publicUrl: string): Router {
  const router = Router();
  router.get("/.well-known/security.txt", (_request, response, next) => {
    if (security === undefined || Date.parse(security.expires) < Date.now()) return next();
    const lines = [
      `Contact: ${security.contact}`,
      `Expires: ${new Date(security.expires).toISOString()}`,
      "Preferred-Languages: nl, en",
      `Canonical: ${publicUrl}/.well-known/security.txt`,
    ];
    response.type("text/plain; charset=utf-8").send(`${lines.join("\n")}\n`);
  });
  return router;
}
