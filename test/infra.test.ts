import { spawnSync } from "node:child_process";
import { root } from "./support/content.ts";

jest.setTimeout(240_000);

test("infra/ holds what it says, as far as this machine can check", () => {
  const { status, stdout } = spawnSync("bash", ["infra/check.sh"], { cwd: root, encoding: "utf8" });
  expect(stdout).toMatch(/infra: \d+ passed, 0 failed/);
  expect(status).toBe(0);
});
