import { json, Router } from "express";
import { z } from "zod";

/** Where browsers tell when a content policy kept something from happening; every policy of ours ends with it. */
export const reportPath = "/policy-reports";

/** Those of our policies, and the finer ones that browsers name in their place. */
const directives: readonly string[] = [
  ...["default-src", "script-src", "script-src-elem", "script-src-attr", "style-src", "style-src-elem"],
  ...["style-src-attr", "img-src", "connect-src", "frame-src", "worker-src", "base-uri", "form-action"],
  ...["frame-ancestors", "require-trusted-types-for", "trusted-types"],
];
const reportSchema = z.object({
  "csp-report": z.object({
    "effective-directive": z.string().optional(),
    "violated-directive": z.string().optional(),
  }),
});

/**
 * Takes such reports. A report names addresses and what stood in a page, so it is only counted, by the part of the policy
 * that it is about; anyone may send one, and nothing but the count depends on it.
 */
export function policyReports(count: (directive: string) => void): Router {
  const router = Router();
  router.post(reportPath, json({ type: "application/csp-report", limit: "16kb" }), (request, response) => {
    const { data } = reportSchema.safeParse(request.body);
    if (data !== undefined) count(directiveOf(data["csp-report"]));
    response.status(204).end();
  });
  return router;
}

function directiveOf(report: z.output<typeof reportSchema>["csp-report"]): string {
  // older browsers give the whole line of the policy
  const said = report["effective-directive"] ?? report["violated-directive"]?.split(" ")[0] ?? "";
  return directives.find((known) => known === said) ?? "other";
}
