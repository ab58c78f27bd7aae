import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { placesIn } from "../support/canaries.ts";

/** Says so once it began to give a file another name and its own again, as fast as it can. */
const renaming = `
  const { renameSync } = require("node:fs");
  process.chdir(process.argv[1]);
  process.stdout.write("begun");
  for (;;) for (const [from, to] of [["a", "b"], ["b", "a"]]) renameSync(from, to);
`;

test("a folder is read whole although a file in it goes and comes under another name", async () => {
  const folder = mkdtempSync(join(tmpdir(), "naast-places-"));
  const before = "0".repeat(200_000);
  for (const name of ["0", "1"]) writeFileSync(join(folder, name), before);
  writeFileSync(join(folder, "a"), "what is looked for");
  const mover = spawn(process.execPath, ["-e", renaming, folder], { stdio: ["ignore", "pipe", "ignore"] });
  await once(mover.stdout, "data");
  for (let reading = 0; reading < 50; reading += 1)
    expect(placesIn(folder, "here").map(({ bytes }) => bytes.toString())).toContain("what is looked for");
  mover.kill("SIGKILL");
  await once(mover, "exit");
  rmSync(folder, { recursive: true });
});

test("a folder that is not there is not taken for an empty one", () => {
  expect(() => placesIn(join(tmpdir(), "naast-nowhere"), "here")).toThrow("ENOENT");
});
