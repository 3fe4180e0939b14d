/**
 * The engine reads S3 by itself, through DuckDB's httpfs extension, where that can be loaded: one installed by the user for this release, or a
 * file in a folder that the configuration names. It stays shut in: only addresses below a table's own store are open to it, and an address
 * means nothing but an object (`s3_url_compatibility_mode`: else a `?` in it could name another server). Keys go as parameters of a
 * statement, never in its text, and the engine itself shows none.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { quoteText } from "../../compiler/ir/names.ts";
import type { Remote, RemoteAccess } from "../storage/store.ts";
import { Failure } from "../values/failure.ts";

export interface AfarOptions {
  /** What addresses may begin with. */
  readonly scopes: readonly string[];
  /** Absolute folder in which `httpfs.duckdb_extension` lies, or DuckDB's own tree of extensions; where the user's DuckDB keeps its own when left out. */
  readonly extensions?: string;
}

/** Prepares an engine that is not shut in yet; CONFIG_INVALID when a folder is named and holds no extension for this release. */
export async function openAfar(control: DuckDBConnection, options: AfarOptions | undefined): Promise<(remote: Remote | undefined) => Promise<boolean>> {
  if (options === undefined || options.scopes.length === 0 || !(await load(control, options.extensions))) return async () => false;
  const given = new Map<string, string>();
  let turn: Promise<unknown> = Promise.resolve();
  return async (remote) => {
    if (remote === undefined || !options.scopes.includes(remote.scope)) return false;
    const access = await remote.access();
    if (access === undefined) return false;
    const facts = JSON.stringify(access);
    // One after the other, so that of two accesses the newer one stays.
    const granted = turn.then(async () => {
      if (given.get(remote.scope) === facts) return;
      await grant(control, options.scopes.indexOf(remote.scope), remote.scope, access);
      given.set(remote.scope, facts);
    });
    turn = granted.catch(() => undefined);
    await granted;
    return true;
  };
}

async function load(control: DuckDBConnection, folder: string | undefined): Promise<boolean> {
  const file = folder === undefined ? undefined : path.join(folder, "httpfs.duckdb_extension");
  try {
    if (folder !== undefined && file !== undefined && !existsSync(file)) await control.run(`SET extension_directory = ${quoteText(folder)}`);
    await control.run(`LOAD ${file !== undefined && existsSync(file) ? quoteText(file) : "httpfs"}`);
    await control.run("SET GLOBAL s3_url_compatibility_mode = true");
    // Those that the user keeps are for the user's own DuckDB.
    await control.run("SET GLOBAL allow_persistent_secrets = false");
    return true;
  } catch (cause) {
    if (folder === undefined) return false;
    throw new Failure("CONFIG_INVALID", `DuckDB's httpfs extension cannot be loaded from ${folder}: ${cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause)}`, {
      hint: "Put httpfs.duckdb_extension of DuckDB's very release there, or leave duckdb.extensions out: remote files are then read through local copies.", cause,
    });
  }
}

async function grant(control: DuckDBConnection, number: number, scope: string, { host, secure, region, keyId, secret, session }: RemoteAccess): Promise<void> {
  const values = { KEY_ID: keyId, SECRET: secret, REGION: region, ...(session === undefined ? {} : { SESSION_TOKEN: session }), ...(host === undefined ? {} : { ENDPOINT: host, URL_STYLE: "path" }) };
  const names = Object.keys(values).map((name, k) => `${name} $${k + 1}`);
  const statement = await control.prepare(`CREATE OR REPLACE TEMPORARY SECRET afar_${number} (TYPE s3, SCOPE ${quoteText(scope)}, USE_SSL ${secure}, ${names.join(", ")})`);
  try {
    for (const [k, value] of Object.values(values).entries()) statement.bindVarchar(k + 1, value);
    await statement.run();
  } finally {
    statement.destroySync();
  }
}
