/** Reads compose.yaml: every service hardened and restarted, every file it mounts there. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const folder = "infra/compose";
const { services, ...rest } = parse(readFileSync(join(folder, "compose.yaml"), "utf8"));
const known = new Set([...readFileSync(".env.example", "utf8").matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name));
const faults = [];
for (const [name, service] of Object.entries(services)) {
  if (service.read_only !== true) faults.push(`${name}: not read_only`);
  if (!service.cap_drop?.includes("ALL")) faults.push(`${name}: keeps capabilities`);
  if (!service.security_opt?.includes("no-new-privileges:true")) faults.push(`${name}: may gain privileges`);
  if (service.restart === undefined) faults.push(`${name}: does not come back`);
  if (service.build && !existsSync(join(folder, service.build.context, service.build.dockerfile))) faults.push(`${name}: no such file ${service.build.dockerfile}`);
  for (const variable of Object.keys(service.environment ?? {})) {
    if (!known.has(variable)) faults.push(`${name}: sets ${variable}, which Naast does not read`);
  }
  for (const kind of ["configs", "secrets"]) {
    for (const { source } of service[kind] ?? []) {
      if (rest[kind]?.[source] === undefined) faults.push(`${name}: uses ${source}, which is not there`);
    }
  }
  for (const network of service.networks ?? []) {
    if (!(network in rest.networks)) faults.push(`${name}: is on ${network}, which is not there`);
  }
  for (const volume of service.volumes ?? []) {
    const [from] = volume.split(":");
    if (from.startsWith(".") && !existsSync(join(folder, from))) faults.push(`${name}: mounts ${from}, which is not there`);
  }
}
for (const fault of faults) console.log(fault);
process.exitCode = faults.length === 0 ? 0 : 1;
