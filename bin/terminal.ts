/**
 * Where a command speaks: results on stdout, everything meant only for people on stderr. Colour, aligned tables and progress
 * appear only where a person looks; one blue for what can be followed, one coral for what needs care.
 */
import { rawJson } from "../runtime/values/json-text.ts";

export interface Terminal {
  /** Aborted by Ctrl-C; a command passes it on and stops with nothing half-done. */
  readonly signal: AbortSignal;
  /** Whether `--json` was asked for: then stdout carries one JSON value and nothing else. */
  readonly json: boolean;
  /** Whether a person looks at stdout. */
  readonly interactive: boolean;
  readonly style: Style;
  /** Columns of characters a line can have. */
  readonly width: number;
  /** Writes to stdout, at the speed of the reader. Fails with the code EPIPE when nobody reads any more. */
  write(chunk: string | Uint8Array): Promise<void>;
  /** One line on stdout; not with `--json`. */
  print(line?: string): Promise<void>;
  /** The one JSON value of `--json`. */
  printJson(value: unknown): Promise<void>;
  /** One line on stderr. */
  note(line: string): void;
  /** What is being done just now, on stderr, gone when the next line comes. Only a person sees it. */
  progress(text: string): void;
  /** Lines that stand on stderr until the next ones, or anything else that is printed, take their place. False where nobody looks. */
  board(lines: readonly string[]): boolean;
}

/** How words stand out; each returns the text as it is where colour is not wanted. */
export interface Style {
  strong(text: string): string;
  quiet(text: string): string;
  blue(text: string): string;
  coral(text: string): string;
}

const paint = (on: boolean, code: string) => (text: string): string => (on && text !== "" ? `\u001b[${code}m${text}\u001b[0m` : text);

/** The style of one stream. */
function styleOf(colour: boolean): Style {
  return { strong: paint(colour, "1"), quiet: paint(colour, "2"), blue: paint(colour, "38;5;33"), coral: paint(colour, "38;5;203") };
}

function wantsColour(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && process.env["NO_COLOR"] === undefined && process.env["TERM"] !== "dumb";
}

/** The style of stderr, where errors and notes go. */
export function errorStyle(): Style {
  return styleOf(wantsColour(process.stderr));
}

function writeTo(stream: NodeJS.WriteStream, chunk: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

/** A signal that Ctrl-C aborts; a second Ctrl-C ends the process at once. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (exit: Interrupted["exit"]): void => {
    if (controller.signal.aborted) process.exit(exit);
    controller.abort(new Interrupted(exit));
  };
  process.on("SIGINT", () => stop(130));
  process.on("SIGTERM", () => stop(143));
  return controller.signal;
}

/** Resolves when the signal is aborted. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
  });
}

/** Why a command ended before it was done: a person stopped it. */
export class Interrupted extends Error {
  /** 128 and the number of the signal, as shells tell it. */
  readonly exit: 130 | 143;
  constructor(exit: 130 | 143) {
    super("stopped");
    this.exit = exit;
    this.name = "Interrupted";
  }
}

/** JSON text of a value; a bigint keeps all its digits. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? rawJson(part.toString()) : part), 2);
}

/** The terminal of this process. */
export function openTerminal(json: boolean): Terminal {
  const { stdout, stderr } = process;
  // Without a listener, a reader that went away would end the process by an uncaught error; `write` reports it instead.
  stdout.on("error", () => undefined);
  stderr.on("error", () => undefined);
  const watched = stderr.isTTY === true && process.env["TERM"] !== "dumb";
  let shown = 0;
  const clear = (): void => {
    // To the first of the lines shown, and from there on all is erased.
    if (shown > 0) stderr.write(`\r${shown > 1 ? `\u001b[${shown - 1}A` : ""}\u001b[J`);
    shown = 0;
  };
  const show = (lines: readonly string[]): boolean => {
    if (!watched) return false;
    clear();
    stderr.write(lines.join("\n"));
    shown = lines.length;
    return true;
  };
  return {
    signal: interruptSignal(),
    json,
    interactive: stdout.isTTY === true,
    style: styleOf(!json && wantsColour(stdout)),
    width: stdout.columns ?? 120,
    write(chunk) {
      clear();
      return writeTo(stdout, chunk);
    },
    async print(line = "") {
      if (!json) await this.write(`${line}\n`);
    },
    async printJson(value) {
      await this.write(`${jsonText(value)}\n`);
    },
    note(line) {
      clear();
      stderr.write(`${line}\n`);
    },
    progress: (text) => void show([errorStyle().quiet(text)]),
    board: show,
  };
}
