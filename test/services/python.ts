/** A Python for tests, with the engines that must be able to read what we write: delta-rs, DuckDB's delta extension, Polars. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseJson, type JsonInput } from "../../runtime/values/json-text.ts";
import { cached } from "./cache.ts";
import { runTool } from "./tool.ts";

export interface Python {
  /** Runs a script's text, its `sys.argv[1:]` being `args`; what it prints, as JSON with every digit. It may `import peers` (python/peers.py). */
  run(script: string, args?: readonly string[], env?: Readonly<Record<string, string>>): Promise<JsonInput>;
}

/** Engines of others, as python/peers.py names them. */
export type Peer = "delta-rs" | "duckdb" | "polars";

export interface PeerOptions {
  readonly version?: number;
  /** A column; without it rows come in any order. */
  readonly orderBy?: string;
  /** `awsEnvironment` of the server, for a table on S3. */
  readonly env?: Readonly<Record<string, string>>;
}

export type PeerRow = { readonly [column: string]: JsonInput };

const folderOf = (file: string) => fileURLToPath(new URL(`python/${file}`, import.meta.url));

/** The folder of a virtual environment with the packages of requirements.txt. */
export async function installPython(): Promise<string> {
  return await installPackages("python", [await readFile(folderOf("requirements.txt"), "utf8")], ["-r", folderOf("requirements.txt")]);
}

/** The folder of a virtual environment of this name, with packages of these releases: what only one bench needs. `asked` is how pip is told of them. */
export async function installPackages(name: string, packages: readonly string[], asked: readonly string[] = packages): Promise<string> {
  return await cached(name, [await runTool("python3", ["-VV"]), ...packages], async (folder) => {
    await runTool("python3", ["-m", "venv", folder]);
    const quiet = ["--disable-pip-version-check", "--no-input", "--quiet"];
    await runTool(path.join(folder, "bin/python"), ["-m", "pip", "install", ...quiet, "--no-compile", ...asked]);
  });
}

/** The Python of an installed environment, and the variables by which scripts find `peers`. */
export function pythonProcess(folder: string): { readonly command: string; readonly env: Readonly<Record<string, string>> } {
  return { command: path.join(folder, "bin/python"), env: { PYTHONPATH: folderOf(""), PYTHONDONTWRITEBYTECODE: "1" } };
}

/** The Python of an installed environment. */
export function openPython(folder: string): Python {
  const { command, env: peers } = pythonProcess(folder);
  return {
    run: async (script, args = [], env = {}) => parseJson(await runTool(command, ["-", ...args], { env: { ...env, ...peers }, input: script })),
  };
}

/** Every row of a Delta table, by its path or `s3://` address, as another engine reads it; values are spelled as in our own JSON. */
export async function peerRows(python: Python, peer: Peer, table: string, options: PeerOptions = {}): Promise<readonly PeerRow[]> {
  const script = `import sys, peers
engine, table, version, order = sys.argv[1:]
peers.print_rows(peers.engines[engine](table, int(version) if version else None), order)`;
  return await python.run(script, [peer, table, String(options.version ?? ""), options.orderBy ?? ""], options.env) as readonly PeerRow[];
}
