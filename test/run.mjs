/**
 * `npm test`: builds, checks, and runs every test, with real Redis and real Chromium.
 *
 * What is missing is installed through apt as root or passwordless sudo; without either it says what to install
 * and fails, but for the proxy: what runs behind that is then printed as skipped. What parents give in tests is
 * unlike anything else (`test/support/canaries.ts`): all that was printed is searched for it. Ends by printing `N passed, N failed` alone on a line.
 */
import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const fewestCanaries = 1_000;

const needed = [
  { name: "redis-server", found: () => onPath("redis-server") || onPath("valkey-server") },
  {
    name: "chromium",
    found: () => onPath("chromium") || onPath("chromium-browser") || onPath("google-chrome"),
  },
];
/** Without these, what runs behind the shipped proxy is printed as skipped. */
const wanted = [
  { name: "nginx", found: () => onPath("nginx") },
  { name: "openssl", found: () => onPath("openssl") },
];

const missing = needed.filter(({ found }) => !found()).map(({ name }) => name);
if (!install(missing)) giveUp(missing);
const absent = wanted.filter(({ found }) => !found()).map(({ name }) => name);
if (!install(absent)) console.log(`not installed: ${absent.join(" ")}`);

const checks = ["build", "types", "style", "rooms", "dead", "dialogs:check"];
const failed = checks.filter((name) => !run("npm", ["run", "--silent", name], `npm run ${name}`));
/** Some tests alone were asked for, by their names: then few canaries are planted. */
const chosen = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "naast-test-"));
const tests = await runJest();
const words = searchForCanaries();
rmSync(folder, { recursive: true, force: true });
const passed = checks.length - failed.length + tests.passed + (words ? 1 : 0);
const broken = failed.length + tests.failed + (words ? 0 : 1);
console.log(`${passed} passed, ${broken} failed`);
process.exitCode = broken === 0 && tests.passed > 0 ? 0 : 1;

async function runJest() {
  const report = join(folder, "report.json");
  const given = ["jest", "--forceExit", "--json", `--outputFile=${report}`, ...chosen];
  const finished = await runAndKeep("npx", given, join(folder, "printed"));
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(
      readFileSync(report, "utf8"),
    );
    const broken = numFailedTests + numRuntimeErrorTestSuites;
    return { passed: numPassedTests, failed: broken === 0 && !finished ? 1 : broken };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

/** Runs a program, shows what it prints, and keeps it in a file as well. */
async function runAndKeep(command, given, file) {
  const env = { ...process.env, NAAST_RUN: folder, ...(process.stderr.isTTY ? { FORCE_COLOR: "1" } : {}) };
  const child = spawn(command, given, { stdio: ["ignore", "pipe", "pipe"], env });
  const keep = (bytes, to) => {
    appendFileSync(file, bytes);
    to.write(bytes);
  };
  child.stdout.on("data", (bytes) => keep(bytes, process.stdout));
  child.stderr.on("data", (bytes) => keep(bytes, process.stderr));
  const status = await new Promise((ended) => {
    child.once("close", ended);
    // what a test left running may hold the pipes open
    child.once("exit", (code) => setTimeout(ended, 2_000, code).unref());
  });
  child.stdout.destroy();
  child.stderr.destroy();
  if (status !== 0) console.log("FAILED: jest");
  return status === 0;
}

/** Each server, process and folder was searched when its test ended; left is what the run itself printed. */
function searchForCanaries() {
  const planted = new Set(linesOf("planted"));
  const searched = linesOf("searched").length;
  const printed = existsSync(join(folder, "printed")) ? readFileSync(join(folder, "printed"), "utf8") : "";
  const found = [...planted].filter((text) => printed.includes(/^\d{8}$/.test(text) ? `6${text}` : text));
  console.log(
    `canaries: ${planted.size} planted, ${searched + 1} places searched, ${found.length} found in print`,
  );
  const enough = chosen.length > 0 || planted.size >= fewestCanaries;
  if (!enough || found.length > 0) console.log("FAILED: canaries");
  return enough && found.length === 0;
}

function linesOf(name) {
  const files = readdirSync(folder).filter((file) => file.startsWith(`${name}-`));
  return files.flatMap((file) => readFileSync(join(folder, file), "utf8").trim().split("\n"));
}

function run(command, args, name) {
  const { status } = spawnSync(command, args, { stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) console.log(`FAILED: ${name}`);
  return status === 0;
}

function onPath(program) {
  // servers lie where only the superuser looks
  const places = [...(process.env.PATH ?? "").split(":"), "/usr/sbin"];
  return places.some((folder) => existsSync(join(folder, program)));
}

/** @returns whether all of them are there now. */
function install(packages) {
  if (packages.length === 0) return true;
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const apt = (...args) => {
    const patience = ["-o", "Acquire::http::Timeout=20"];
    const [command, ...rest] = [...asRoot, "apt-get", "-q", ...patience, ...args];
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    return spawnSync(command, rest, { stdio: ["ignore", "ignore", "inherit"], env }).status === 0;
  };
  console.log(`installing ${packages.join(" ")}`);
  return apt("update") && apt("install", "-y", "--no-install-recommends", ...packages);
}

function giveUp(packages) {
  console.log(`These packages are needed and could not be installed: ${packages.join(" ")}`);
  console.log(`Install them with: sudo apt-get install ${packages.join(" ")}`);
  console.log("0 passed, 1 failed");
  process.exit(1);
}
