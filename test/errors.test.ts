import { readFileSync } from "node:fs";
import { join } from "node:path";
import { errorCodes, KnownError } from "../src/errors.ts";
import { root } from "./support/content.ts";

test("the reference lists every error code with its status, and no other", () => {
  const reference = readFileSync(join(root, "docs/reference/errors.md"), "utf8");
  const documented = [...reference.matchAll(/^\| `([a-z.-]+)` \| (\d+) \|/gm)].map(([, code, status]) => [
    code,
    Number(status),
  ]);
  const known = Object.entries(errorCodes).map(([code, { status }]) => [code, status]);
  expect(documented.toSorted()).toEqual(known.toSorted());
});

test("a failure knows whether the same call may succeed later", () => {
  expect(new KnownError("storage.unavailable", "x").retryable).toBe(true);
  expect(new KnownError("dialog.loop", "x").retryable).toBe(false);
});
