/**
 * The hook that charte.js offers to the page as `window.charte`.
 *
 * An id is a category ("statistics"), a service ("youtube", or
 * "third-party.youtube") or the name of a cookie ("_ga", "_ga_X1") that the
 * site's catalogue declares. What it does not declare is never granted.
 *
 * No method throws, and no promise is rejected. Methods that need the Go
 * program start it. Whatever fails, nothing is granted.
 */

/** What the visitor has answered. Frozen: a new answer makes a new one. */
export interface CharteDecision {
  /** Whether there is an answer to this revision of the catalogue. Without one everything is refused. */
  readonly answered: boolean;

  /** The day of the answer in UTC, "2026-11-23"; "" without an answer. */
  readonly on: string;

  /** The revision of the catalogue. Another one asks again. */
  readonly revision: string;

  /** The categories and services that need consent and have it, in the catalogue's order. */
  readonly granted: readonly string[];

  /** The categories and services that need consent and do not have it in full, and what is exempt and was objected to. */
  readonly refused: readonly string[];
}

/**
 * - `ready`: the script runs, and the hook is complete. Once per page.
 * - `consent`: an answer is known, from the cookie or from the visitor just now. A refusal is an answer.
 * - `change`: the answer is another than before, or there is none any more.
 * - `open` and `close`: of the settings.
 */
export type CharteEvent = "ready" | "consent" | "change" | "open" | "close";

export interface Charte {
  /** What the visitor has answered until now. */
  readonly decision: CharteDecision;

  /** Whether what the id names may run now: it was granted, or needs no consent. */
  allows(id: string): boolean;

  /**
   * Resolved as soon as what the id names may run; it never is if that is never granted. After a withdrawal the page
   * loads again, as after that of a gated script that has run.
   */
  when(id: string): Promise<void>;

  /**
   * Calls the listener at every such event, and soon for a `ready` or a `consent` that has happened already. The
   * same events are dispatched on `document` as `charte:ready` and so on, with the decision as their `detail`.
   *
   * @returns Ends that.
   */
  on(event: CharteEvent, listener: (decision: CharteDecision) => void): () => void;

  /** Shows the settings. Resolved when they are shown, or cannot be and the notice says so. */
  open(): Promise<void>;

  /** Closes the settings without an answer. Resolved when they are closed. */
  close(): Promise<void>;

  /** Accepts everything, as the button does. Resolved when that is kept and the events are dispatched. */
  acceptAll(): Promise<CharteDecision>;

  /** Refuses everything that can be refused, as the button does. */
  refuseAll(): Promise<CharteDecision>;

  /**
   * Answers for some categories, services or cookies, and leaves the others as they are; those that were never answered
   * are refused. Anything but `true` refuses; no to a service that is exempt from consent is an objection. A category means what asks
   * in it. Where nothing that is named is declared, nothing happens. Only ever call it for a choice of the visitor's.
   */
  set(choices: Readonly<Record<string, boolean>>): Promise<CharteDecision>;

  /** Forgets the answer, erases what it had allowed, and asks again. Resolved when the notice is shown. */
  reset(): Promise<CharteDecision>;

  /**
   * Calls each function with the hook. It is there so that one line works before the script has run and after:
   * `(window.charte ||= []).push((charte) => charte.when("statistics").then(start))`.
   */
  push(...calls: ((charte: Charte) => void)[]): void;
}

/** What the page may put in place of the hook until the script has run. */
export type CharteQueue = ((charte: Charte) => void)[];

declare global {
  interface Window {
    charte: Charte | CharteQueue;
  }

  interface DocumentEventMap {
    "charte:ready": CustomEvent<CharteDecision>;
    "charte:consent": CustomEvent<CharteDecision>;
    "charte:change": CustomEvent<CharteDecision>;
    "charte:open": CustomEvent<CharteDecision>;
    "charte:close": CustomEvent<CharteDecision>;
  }
}
