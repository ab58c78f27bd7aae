import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { readCommandWords } from "../conversation/read-command.ts";
import type { Script } from "../conversation/script.ts";
import { KnownError } from "../errors.ts";
import { type Organisation, readOrganisation } from "../escalation/organisation.ts";
import { promiseTime } from "../escalation/promise-time.ts";
import type { Catalogue } from "../language/catalogue.ts";
import type { CallbackId, PersonId } from "../terms.ts";
import type { Understand } from "../understanding/understanding.ts";
import { consentVersions } from "./consent-versions.ts";
import { type Content, factSources } from "./load-content.ts";

/** The organisation that newcomers try Naast out with. */
const sampleOrganisation = "organisation.sample.yaml";

/** What a deployment decides about its script. */
export interface Deployment {
  readonly organisation: Organisation;
  readonly whatsAppHealthText: "route" | "link";
  readonly pageUrl: string;
  readonly callbackId: (person: PersonId, inboundId: string) => CallbackId;
}

/** Puts together all that turns are decided with. */
export function composeScript(
  root: string,
  content: Content,
  understand: Understand,
  deployment: Deployment,
): Script {
  return {
    ...deployment,
    book: content.book,
    catalogue: withNames(content.catalogue, deployment.organisation),
    understand,
    commands: readCommandWords(parse(readFileSync(join(root, "dialogs/commands.yaml"), "utf8"))),
    cards: content.cards,
    facts: factSources(content.provenance),
    promise: (lane, now, load) => promiseTime(lane, now, deployment.organisation, load),
    defaultLocale: "nl",
    consentVersions: consentVersions(content.files),
  };
}

/** The texts, and the names that the organisation gave its regions: the same in every language. */
function withNames(catalogue: Catalogue, { regions }: Organisation): Catalogue {
  const names = new Map(regions.map(({ id, name }) => [`regions:${id}`, name]));
  return {
    ...catalogue,
    text: (locale, key, values) => names.get(key) ?? catalogue.text(locale, key, values),
    has: (locale, key) => names.has(key) || catalogue.has(locale, key),
  };
}

/**
 * Reads the organisation's file; the sample when none is named.
 *
 * @throws {KnownError} `config.invalid` when it cannot be read, or is the try-out sample in production.
 */
export function loadOrganisation(root: string, file: string | undefined, production: boolean): Organisation {
  const path = file ?? join(root, sampleOrganisation);
  const organisation = readOrganisation(parseFile(path));
  if (production && organisation.tryOut) {
    throw new KnownError(
      "config.invalid",
      "ORGANISATION_FILE: a try-out organisation is refused in production",
    );
  }
  return organisation;
}

function parseFile(path: string): unknown {
  try {
    return parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new KnownError(
      "config.invalid",
      `ORGANISATION_FILE: ${path} cannot be read as YAML`,
      {},
      { cause },
    );
  }
}
