/** A reader of compose files for tests: the library that docker compose itself reads them with, built by the machine's Go. */
import { goBinary } from "./go-binary.ts";
import { runTool } from "./tool.ts";

/** What a file means, of what tests ask about. */
export interface ComposeProject {
  readonly services: Readonly<Record<string, ComposeService>>;
}

export interface ComposeService {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile_inline: string };
  readonly ports: readonly { readonly host_ip?: string; readonly target: number }[];
  readonly healthcheck?: { readonly test: readonly string[] };
}

/** Reads a file, or fails with docker compose's own words. */
export type ReadCompose = (file: string) => Promise<ComposeProject>;

/** The reader's binary. */
export const installCompose = (): Promise<string> => goBinary("compose", ".");

/** The reader of an installed binary. */
export const composeReader = (binary: string): ReadCompose => async (file) => JSON.parse(await runTool(binary, [file])) as ComposeProject;
