import { AzureKeyCredential, TextAnalysisClient } from "@azure/ai-language-text";
import { type Language, languages } from "../../terms.ts";

/** What Azure Language is asked, when the organisation has it: never about danger, never before we looked ourselves. */
export interface SecondOpinion {
  /** The language of a text that was redacted already; undefined when there is no answer in time. */
  languageOf(redacted: string): Promise<Language | "other" | undefined>;
  /** The text with what Azure takes for personal data masked; undefined when there is no answer in time. */
  redact(redacted: string, language: Language): Promise<string | undefined>;
}

export interface AzureLanguageOptions {
  readonly endpoint: string;
  readonly key: string;
  /** Counts how each question ended: `answered`, `failed` or `skipped`. */
  readonly count: (event: "azure-language", by: "answered" | "failed" | "skipped") => void;
  readonly clock: () => number;
}

/** A parent waits for this at most, and only where we are unsure ourselves. */
const patienceMilliseconds = 800;
/** After so many failures in a row nothing is asked for a while. */
const failuresBeforeRest = 5;
const restMilliseconds = 60_000;

/**
 * Makes the way to Azure Language. Whatever goes wrong there changes nothing but a count: no answer in time, an
 * answer that cannot be read and a refusal are all "no opinion".
 */
export function azureSecondOpinion({ endpoint, key, count, clock }: AzureLanguageOptions): SecondOpinion {
  const client = new TextAnalysisClient(endpoint, new AzureKeyCredential(key), {
    retryOptions: { maxRetries: 0 },
  });
  let failures = 0;
  let restUntil = 0;

  async function ask<Answer>(
    question: (signal: AbortSignal) => Promise<Answer | undefined>,
  ): Promise<Answer | undefined> {
    if (clock() < restUntil) {
      count("azure-language", "skipped");
      return undefined;
    }
    try {
      const answer = await question(AbortSignal.timeout(patienceMilliseconds));
      failures = 0;
      count("azure-language", "answered");
      return answer;
    } catch {
      failures += 1;
      if (failures >= failuresBeforeRest) restUntil = clock() + restMilliseconds;
      count("azure-language", "failed");
      return undefined;
    }
  }

  return {
    languageOf: (redacted) =>
      ask(async (abortSignal) => {
        const [result] = await client.analyze("LanguageDetection", [redacted], "", { abortSignal });
        if (result === undefined || result.error !== undefined) return undefined;
        return languages.find((language) => language === result.primaryLanguage.iso6391Name) ?? "other";
      }),
    redact: (redacted, language) =>
      ask(async (abortSignal) => {
        const [result] = await client.analyze("PiiEntityRecognition", [redacted], language, { abortSignal });
        return result === undefined || result.error !== undefined ? undefined : result.redactedText;
      }),
  };
}
