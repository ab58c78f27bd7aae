import { inspect } from "node:util";

/**
 * Wraps something a person told us, so that it cannot reach a log, an error or a trace by accident.
 *
 * Turning it into a string, into JSON or inspecting it shows `[private]`; only {@link Private.reveal}
 * gives the value back, which makes every reading of it easy to find and to review.
 */
export class Private<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return "[private]";
  }

  toJSON(): string {
    return "[private]";
  }

  [inspect.custom](): string {
    return "[private]";
  }
}
