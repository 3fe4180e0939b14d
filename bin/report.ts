/** How a command that did not end well says so: text for people on stderr, with `--json` also one `{ "error" }` on stdout; and its exit code. */
import { CommanderError } from "commander";
import { describeFailure, Failure } from "../runtime/values/failure.ts";
import { CatalogErrors } from "./catalog-errors.ts";
import type { ExitCode } from "./command.ts";
import { errorStyle, Interrupted, type Terminal } from "./terminal.ts";

interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly place?: object;
  /** Only on stderr: code frames, a stack. */
  readonly detail?: string;
  readonly diagnostics?: readonly object[];
  readonly exit: ExitCode;
}

/** Prints what went wrong and returns the exit code. Nobody is told when the reader of stdout went away: that is how `| head` ends. */
export async function reportProblem(error: unknown, terminal: Terminal): Promise<ExitCode> {
  if (isClosedPipe(error)) return 0;
  const cause = terminal.signal.aborted ? terminal.signal.reason as unknown : error;
  if (cause instanceof CommanderError && cause.exitCode === 0) return 0;
  // Called without a command: the help was the answer.
  if (cause instanceof CommanderError && cause.code === "commander.help") return 2;
  const problem = describeProblem(cause);
  printProblem(problem, terminal);
  if (terminal.json) await printJsonProblem(problem, terminal);
  return problem.exit;
}

async function printJsonProblem({ exit: _exit, detail: _detail, ...error }: Problem, terminal: Terminal): Promise<void> {
  try {
    await terminal.printJson({ error });
  } catch (failed) {
    if (!isClosedPipe(failed)) throw failed;
  }
}

function isClosedPipe(error: unknown): boolean {
  return isSystemError(error) && (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED");
}

function isSystemError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}

function describeProblem(error: unknown): Problem {
  if (error instanceof CommanderError) return usageProblem(error);
  if (error instanceof CatalogErrors) return catalogProblem(error);
  if (error instanceof Failure) return { ...describeFailure(error), exit: error.code === "CONFIG_INVALID" ? 2 : 1 };
  if (error instanceof Interrupted) return { code: "INTERRUPTED", message: "Stopped before it was done.", exit: error.exit };
  if (isSystemError(error) && "syscall" in error) return { code: error.code, message: error.message, exit: 1 };
  const stack = error instanceof Error ? error.stack : undefined;
  return { code: "INTERNAL", message: error instanceof Error ? error.message : String(error), hint: "This is a fault of neuralake itself.", ...(stack === undefined ? {} : { detail: stack }), exit: 1 };
}

function usageProblem(error: CommanderError): Problem {
  const [message = "", ...rest] = error.message.replace(/^error: /, "").split("\n");
  // A suggestion of the parser's stands in brackets as a whole.
  const hint = rest.join(" ").replace(/^\(([^()]*)\)$/, "$1");
  return { code: "USAGE", message, hint: hint === "" ? "`neuralake --help` and `neuralake COMMAND --help` say what there is." : hint, exit: 2 };
}

function catalogProblem(error: CatalogErrors): Problem {
  const first = error.told.find((diagnostic) => diagnostic.severity === "error");
  return {
    code: "CATALOG_INVALID", message: error.message, detail: error.frames, diagnostics: error.told,
    ...(first === undefined ? {} : { place: first.place }), ...(first?.hint === undefined ? {} : { hint: first.hint }),
    exit: 2,
  };
}

function printProblem(problem: Problem, terminal: Terminal): void {
  const style = errorStyle();
  if (problem.detail !== undefined) terminal.note(problem.detail.trimEnd());
  // The frames end with how many errors there are.
  if (problem.diagnostics !== undefined) return;
  const [first = "", ...more] = problem.message.split("\n");
  terminal.note(`${style.coral("error")} ${first} ${style.quiet(problem.code)}`);
  for (const line of more) terminal.note(line);
  // A message of several lines has said of each where it is.
  const place = more.length > 0 || problem.place === undefined ? "" : placeText(problem.place);
  if (place !== "") terminal.note(`  ${style.quiet("at")} ${place}`);
  if (problem.hint !== undefined) terminal.note(`  ${style.quiet("hint")} ${problem.hint}`);
}

function placeText(place: { file?: string; line?: number; column?: number; parameter?: string }): string {
  const parts = [
    place.file,
    place.line === undefined ? undefined : `line ${place.line}`,
    place.column === undefined ? undefined : `column ${place.column}`,
    place.parameter === undefined ? undefined : `parameter ${place.parameter}`,
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}
