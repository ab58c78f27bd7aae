import type { Claim } from "../conversation/turn-log.ts";
import type { Metrics } from "../operations/metrics.ts";
import type { Language } from "../terms.ts";
import type { SecondOpinion } from "../understanding/azure/second-opinion.ts";
import { redactLocally } from "../understanding/redact.ts";
import type { Understand } from "../understanding/understanding.ts";
import type { Config } from "./config.ts";

/** Below this our own reading of the language is unsure. */
const sureLanguage = 0.7;
const fewestWords = 3;

/**
 * Asks for a second opinion on the language of a message, only when all of this holds: somebody is there to ask, the
 * person did not choose a language, ours is unsure, and nothing in the message sounds like danger (which is answered
 * without waiting for anyone). What leaves was redacted here first.
 */
export async function askSecondOpinion(
  { inbound, conversation }: Claim,
  understand: Understand,
  opinion: SecondOpinion | undefined,
): Promise<Language | undefined> {
  const words = inbound.words.reveal();
  if (opinion === undefined || inbound.kind !== "message" || conversation?.localeChosen === true)
    return undefined;
  if (words.trim().split(/\s+/).length < fewestWords) return undefined;
  const { languageConfidence, concern } = understand(words);
  if (languageConfidence >= sureLanguage || concern.level !== "none" || concern.doubt) return undefined;
  const language = await opinion.languageOf(redactLocally(words));
  return language === "other" ? undefined : language;
}

/** Azure Language, when the organisation has it. The package behind it is loaded only then. */
export async function azureOpinion(
  { AZURE_LANGUAGE_ENDPOINT, AZURE_LANGUAGE_KEY }: Config,
  metrics: Pick<Metrics, "count">,
): Promise<SecondOpinion | undefined> {
  if (AZURE_LANGUAGE_ENDPOINT === undefined || AZURE_LANGUAGE_KEY === undefined) return undefined;
  const { azureSecondOpinion } = await import("../understanding/azure/second-opinion.ts");
  const count = (event: string, by: string): void => metrics.count(event, by);
  return azureSecondOpinion({
    endpoint: AZURE_LANGUAGE_ENDPOINT,
    key: AZURE_LANGUAGE_KEY,
    count,
    clock: Date.now,
  });
}
