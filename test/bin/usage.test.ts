import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand, temporaryFolder } from "./command.ts";

const commands = ["init", "new", "import", "compile", "explain", "plan", "doctor", "apply", "load", "query", "serve", "refresh", "up", "ls", "describe", "peek", "history", "site"];

describe("the command line", () => {
  let empty: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeAll(async () => { empty = await temporaryFolder(); });
  afterAll(() => empty.remove());

  test("--help names every command and exits 0", async () => {
    const { code, stdout } = await runCommand(empty.folder, ["--help"]);
    expect(code).toBe(0);
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^  ${command} `, "m"));
  });

  test.each(commands)("%s --help shows an example and exits 0", async (command) => {
    const { code, stdout } = await runCommand(empty.folder, [command, "--help"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Examples?:\n {2}\$ neuralake /m);
  });

  test("a command loads no package but the parser of command lines before it knows what it is to do", async () => {
    const recorder = `import { registerHooks } from "node:module";
      const packages = new Set();
      registerHooks({ load: (url, context, next) => (packages.add(/node_modules[/](?:@[^/]+[/])?[^/]+/.exec(url)?.[0]), next(url, context)) });
      process.on("exit", () => console.error(JSON.stringify([...packages])));`;
    const { stderr } = await runCommand(empty.folder, ["--help"], { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(recorder)}` });
    expect((JSON.parse(stderr) as (string | null)[]).filter((name) => name !== null)).toEqual(["node_modules/commander"]);
  });

  test("no command prints the help on stderr and exits 2", async () => {
    const { code, stdout, stderr } = await runCommand(empty.folder, []);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("Usage: neuralake");
  });

  test.each([
    [["qurey"], "unknown command 'qurey'"],
    [["query"], "missing required argument 'sql'"],
    [["ls", "--colour"], "unknown option '--colour'"],
    [["peek", "a.b", "--limit", "-3"], "It is not a whole number from 0"],
    [["peek", "a.b", "--limit", "3", "--all"], "'--limit <n>' cannot be used with option '--all'"],
    [["query", "SELECT 1", "--version", "1", "--timestamp", "2026-01-01T00:00:00Z"], "cannot be used with option"],
    [["query", "SELECT 1", "--timestamp", "yesterday"], "It is not an RFC 3339 time"],
    [["query", "SELECT 1", "--format", "xml"], "Allowed choices are table, json, ndjson, csv, arrow, parquet"],
    [["query", "SELECT 1", "--json", "--format", "csv"], "cannot be used with '--format csv'"],
    [["query", "SELECT 1", "-o", "rows.txt"], "'rows.txt' needs --format"],
    [["serve", "--port", "70000"], "It is not a whole number from 0 to 65535"],
  ])("wrong use %j exits 2 and says why", async (args, message) => {
    const { code, stdout, stderr } = await runCommand(empty.folder, args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stdout).toBe(args.includes("--json") ? stdout : "");
  });

  test("wrong use with --json prints one error object on stdout and the text on stderr", async () => {
    const { code, stdout, stderr } = await runCommand(empty.folder, ["ls", "--json", "--colour"]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({ error: { code: "USAGE", message: "unknown option '--colour'", hint: expect.any(String) } });
    expect(stderr).toContain("unknown option '--colour'");
  });

  test("a folder without a catalog says what to run and exits 2", async () => {
    const { code, stderr } = await runCommand(empty.folder, ["query", "SELECT 1"]);
    expect(code).toBe(2);
    expect(stderr).toContain("catalog.json is not there");
    expect(stderr).toContain("neuralake compile");
  });
});
