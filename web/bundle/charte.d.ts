/**
 * The hook that charte.js offers to the page as `window.charte`.
 *
 * An id is a category ("statistics"), a service ("youtube", or
 * "third-party.youtube") or the name of a cookie ("_ga", "_ga_X1") that the
 * site's catalogue declares. An id that it does not declare is never granted.
 *
 * No method throws, and no promise is rejected. Methods that need the Go
 * program start it. Whatever fails, nothing is granted.
 */

/** What the visitor has answered. The object is frozen: each answer makes a new one. */
export interface CharteDecision {
  /** Whether there is an answer to this revision of the catalogue. Without an answer, all that asks for consent is refused. */
  readonly answered: boolean;

  /** The day of the answer in UTC, "2026-11-23", or "" without an answer. */
  readonly on: string;

  /** The revision of the catalogue. When it changes, visitors are asked again. */
  readonly revision: string;

  /** The categories and services that need consent and have it, in the catalogue's order. */
  readonly granted: readonly string[];

  /** The categories and services that need consent and do not have it in full, and the exempt ones that the visitor objects to. */
  readonly refused: readonly string[];
}

/**
 * - `ready`: the script runs, and the hook is complete. Once per page.
 * - `consent`: an answer is known, from the cookie or from the visitor just now. A refusal is an answer.
 * - `change`: the answer has changed, or was forgotten.
 * - `open` and `close`: the settings were opened or closed.
 */
export type CharteEvent = "ready" | "consent" | "change" | "open" | "close";

/**
 * What the guard has found: a write of a name that the catalogue does not declare, or whose services may not run; or a
 * frame, a script or an image that comes from a host of such services, and that no tag marks as waiting. The object is frozen.
 */
export interface CharteUndeclared {
  readonly kind: "cookie" | "localStorage" | "sessionStorage" | "indexedDB" | "host";

  /** The name of the cookie, the entry or the database; or the host's. Empty for a cookie without a name. */
  readonly name: string;

  /** The ids of the services that declare it. Empty if none does. */
  readonly services: readonly string[];

  /** Whether it was kept from happening: by the guard, or for a host by the page's Content-Security-Policy. */
  readonly enforced: boolean;

  /** How often the page has done it until now. For a host, how many addresses there were. */
  readonly count: number;
}

export interface Charte {
  /** What the visitor has answered until now. */
  readonly decision: CharteDecision;

  /** Whether what the id names may run now: it was granted, or it needs no consent and the visitor does not object. */
  allows(id: string): boolean;

  /**
   * Resolved as soon as what the id names may run. It stays pending as long as that is not granted. If the grant is
   * withdrawn later, the page loads again, as it does when a gated script has run.
   */
  when(id: string): Promise<void>;

  /**
   * Calls the listener at every such event. If `ready` or `consent` has happened already, it is called for that soon
   * after. The same events are dispatched on `document` as `charte:ready` and so on, with the decision as `detail`.
   *
   * @returns A function that removes the listener.
   */
  on(event: CharteEvent, listener: (decision: CharteDecision) => void): () => void;

  /** Shows the settings. Resolved when they are shown, or when they cannot be and the page offers the charter instead. */
  open(): Promise<void>;

  /** Closes the settings without an answer. Resolved when they are closed. */
  close(): Promise<void>;

  /** Accepts everything, as the button does. Resolved when the answer is kept and the events are dispatched. */
  acceptAll(): Promise<CharteDecision>;

  /** Refuses everything that asks for consent, as the button does. Resolved like acceptAll. */
  refuseAll(): Promise<CharteDecision>;

  /**
   * Answers for some categories, services or cookies, by id: `true` grants, anything else refuses. A category means its
   * services that ask. A no to an exempt service is an objection. The others stay as they are; those that were never
   * answered are refused. If the catalogue declares none of the ids, nothing happens. Call it only for a choice that
   * the visitor has made.
   */
  set(choices: Readonly<Record<string, boolean>>): Promise<CharteDecision>;

  /** Forgets the answer, erases the cookies of what it allowed, and asks again. Resolved when the notice is shown. */
  reset(): Promise<CharteDecision>;

  /**
   * Calls each function with the hook. With it, the same line works before the script has run and after:
   * `(window.charte ||= []).push((charte) => charte.when("statistics").then(start))`.
   */
  push(...calls: ((charte: Charte) => void)[]): void;
}

/** An array that the page may put in place of the hook. When the script runs, it calls these functions. */
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

    /** Only where the catalogue has `site.guard`. It comes soon after what it reports; what happens at once is reported together. */
    "charte:undeclared": CustomEvent<CharteUndeclared>;
  }
}
