/**
 * `npm test`: builds, checks, and runs every test, with real Redis and real Chromium.
 *
 * What is missing is installed through apt as root or passwordless sudo; without either it says what to install
 * and fails. Ends by printing `N passed, N failed` alone on a line.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const programs = [
  { name: "redis-server", found: () => onPath("redis-server") || onPath("valkey-server") },
  {
    name: "chromium",
    found: () => onPath("chromium") || onPath("chromium-browser") || onPath("google-chrome"),
  },
];

installMissing(programs.filter(({ found }) => !found()).map(({ name }) => name));

const checks = ["build", "types", "style", "rooms", "dead", "dialogs:check"];
const failed = checks.filter((name) => !run("npm", ["run", "--silent", name], `npm run ${name}`));
const tests = runJest();
console.log(`${checks.length - failed.length + tests.passed} passed, ${failed.length + tests.failed} failed`);
process.exitCode = failed.length + tests.failed === 0 && tests.passed > 0 ? 0 : 1;

function runJest() {
  const folder = mkdtempSync(join(tmpdir(), "naast-test-"));
  const report = join(folder, "report.json");
  const finished = run(
    "npx",
    ["jest", "--forceExit", "--json", `--outputFile=${report}`, ...process.argv.slice(2)],
    "jest",
  );
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(
      readFileSync(report, "utf8"),
    );
    const broken = numFailedTests + numRuntimeErrorTestSuites;
    return { passed: numPassedTests, failed: broken === 0 && !finished ? 1 : broken };
  } catch {
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(command, args, name) {
  const { status } = spawnSync(command, args, { stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) console.log(`FAILED: ${name}`);
  return status === 0;
}

function onPath(program) {
  return (process.env.PATH ?? "").split(":").some((folder) => existsSync(join(folder, program)));
}

function installMissing(packages) {
  if (packages.length === 0) return;
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const apt = (...args) => {
    const [command, ...rest] = [...asRoot, "apt-get", "-q", ...args];
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    return spawnSync(command, rest, { stdio: ["ignore", "ignore", "inherit"], env }).status === 0;
  };
  console.log(`installing ${packages.join(" ")}`);
  if (apt("update") && apt("install", "-y", "--no-install-recommends", ...packages)) return;
  console.log(`These packages are needed and could not be installed: ${packages.join(" ")}`);
  console.log(`Install them with: sudo apt-get install ${packages.join(" ")}`);
  console.log("0 passed, 1 failed");
  process.exit(1);
}
