/**
 * Types of what the loader uses and does not define itself: values that Go and esbuild put in when the bundle is built,
 * objects of vendors and frameworks, and parts of the DOM that TypeScript's library lacks. The hook is in ../charte.d.ts.
 */

/**
 * What charte.js knows of the catalogue, by web/bundle/site.go. The object does not exist when the script runs: esbuild
 * replaces each site.NAME by its value.
 */
declare const site: {
  /** The catalogue's revision. */
  readonly rev: string;
  /** The categories, in the catalogue's order. */
  readonly policy: readonly DeclaredCategory[];
  /** What follows the answer in its cookie: "; Path=/; …". */
  readonly suffix: string;
  /** Address of the charter in the first language, beside charte.js or on the site. */
  readonly charter: string;
  /** The catalogue's languages, the first being that of the notice in charte.js. */
  readonly langs: readonly string[];
  /** The first layer; null where the catalogue asks for nothing. */
  readonly tree: import("./grow.js").Tree | null;
  /** The status after an answer, in the first language. */
  readonly saved: string;
  /** The label of the control, in the first language. */
  readonly manage: string;
  /** The text of the link to the charter where the settings cannot be shown, in the first language. */
  readonly unavailable: string;
  /** Whether notices are counted where receipts are sent. */
  readonly figures: boolean;
  /** Whether the page loads again after a withdrawal. */
  readonly reloads: boolean;
  /** Whether Global Privacy Control refuses all that the site asks for. */
  readonly saleOnly: boolean;
  /** Whether Do Not Track counts like Global Privacy Control. */
  readonly doNotTrack: boolean;
  /** Name of release.js in the bundle: "release-HASH.js". */
  readonly release: string;
};

type DeclaredCategory = readonly [id: string, necessary: boolean, services: readonly DeclaredService[]];

/** The patterns are names of cookies, of localStorage entries, of sessionStorage entries and of databases. Empty lists at the end are left out. */
type DeclaredService = readonly [id: string, asks: boolean, ...patterns: string[][]];

/** Names of the other files, by bundle.go. */
declare module "charte:files" {
  const files: {
    readonly wasm: string;
    /** By language: the catalogue in it. */
    readonly words: Readonly<Record<string, string>>;
    /** By language: the address of the charter's page. */
    readonly charters: Readonly<Record<string, string>>;
    /** By language: the charter's tree. */
    readonly charter: Readonly<Record<string, string>>;
    /** Not for engine.js, which cannot hold its own hash. */
    readonly engine: string;
  };
  export default files;
}

/** The compiler's wasm_exec.js, by wrapGlue in script.go. It sets the class Go on the stage (stage.js). */
declare module "charte:glue" {
  type Stage = import("./stage.js").Stage;
  export default function glue(
    globalThis: Stage,
    global: Stage,
    window: Stage,
    self: Stage,
    require: undefined,
    reflect: Readonly<Record<string, Function>>,
    console: Pick<Console, "log" | "warn" | "error">,
    fs: Pick<import("./stage.js").FileSystem, "writeSync">,
    setTimeout: (call: () => void, ms: number) => number,
  ): void;
}

/** What the catalogue has told of the answer, by signals.go: vendors, by the signals that it declares, and databases.js. */
declare module "charte:signals" {
  export const signal: import("./signals.js").Signal;
}

/** What counts notices in release.js, by figures.go. Empty where the catalogue has no site.figures. */
declare module "charte:figures" {
  export const count: typeof import("./count.js").count;
}

/** What the guard needs in release.js, by guard.go. Empty where the guard is off. */
declare module "charte:hosts" {
  export const undeclared: typeof import("./undeclared.js").undeclared;
  export const unmarked: ReturnType<typeof import("./unmarked.js").finder>;
}

/** A style sheet in the site's look, as a text. */
declare module "*.css" {
  const css: string;
  export default css;
}

/** An object that the browser turns into a text where it needs one. The DOM's types accept texts only. */
type AsText<T> = T & string;

interface Navigator {
  /** https://www.w3.org/TR/gpc/ */
  readonly globalPrivacyControl?: boolean;
  /** https://wicg.github.io/netinfo/, in Chromium only. */
  readonly connection?: { readonly saveData?: boolean; readonly effectiveType?: string };
}

/** https://www.w3.org/TR/trusted-types/. What a policy makes is accepted wherever a text is. */
interface TrustedTypePolicy {
  createScript(text: string): string;
  createScriptURL(text: string): string;
}

declare const trustedTypes: {
  createPolicy(name: string, rules: TrustedTypePolicy): TrustedTypePolicy;
};

/** A vendor's queue of commands. */
interface VendorQueue {
  push(...commands: unknown[]): unknown;
}

interface Clarity {
  (...command: unknown[]): void;
  /** Commands that came before the vendor's script. */
  q?: IArguments[];
}

interface Window {
  /** Google's. */
  dataLayer?: VendorQueue;
  /** Microsoft Advertising's. */
  uetq?: VendorQueue;
  /** Matomo's. */
  _paq?: VendorQueue;
  clarity?: Clarity;
}

interface DocumentEventMap {
  /** https://turbo.hotwired.dev/reference/events */
  "turbo:before-render": CustomEvent<{ newBody?: HTMLElement } | null>;
  /** https://htmx.org/events/ */
  "htmx:historyCacheHit": CustomEvent<{ item?: { content?: unknown } } | null>;
}
