import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const project = path.join(import.meta.dirname, "../..");
let empty: string;
beforeAll(async () => { empty = await mkdtemp(path.join(tmpdir(), "neuralake-absent-")); });
afterAll(() => rm(empty, { recursive: true, force: true }));

/** Runs the tests of the services where no tool is to be found and nothing is cached. */
async function runWithoutTools(env: Readonly<Record<string, string>>): Promise<{ code: number | null; output: string }> {
  const kept = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|CI$|TEST$|NODE_OPTIONS$|CHROMIUM$|FORCE_COLOR$)/.test(name)));
  const args = [path.join(project, "node_modules/vitest/vitest.mjs"), "run", "test/services/services.test.ts", "-t", "shared|own|of the tests"];
  const child = spawn(process.execPath, args, { cwd: project, env: { ...kept, NO_COLOR: "1", PATH: empty, NEURALAKE_TEST_CACHE: path.join(empty, "cache"), ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "close") as Promise<[number | null]>;
  const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, output: out + error };
}

describe("on a machine without Java, Go, Python, npm and a browser", () => {
  test("the tests that need services are left out, and the run says so in one line for each", async () => {
    const { code, output } = await runWithoutTools({});
    const lines = output.split("\n").filter((line) => line.includes("are left out"));
    expect(lines.map((line) => line.trim()).sort()).toEqual([
      expect.stringMatching(/^no chromium, so the tests that need it are left out: npm is not on this machine$/),
      expect.stringMatching(/^no dynamodb, .*: java is not on this machine$/),
      expect.stringMatching(/^no kafka, .*: java is not on this machine$/),
      expect.stringMatching(/^no minio, .*: go is not on this machine$/),
      expect.stringMatching(/^no postgres, .*: npm is not on this machine$/),
      expect.stringMatching(/^no python, .*: python3 is not on this machine$/),
      expect.stringMatching(/^no s3rver, .*: npm is not on this machine$/),
      expect.stringMatching(/^no spark, .*: javac is not on this machine$/),
      expect.stringMatching(/^no versitygw, .*: go is not on this machine$/),
    ]);
    expect({ code, failed: / failed/.test(output) }).toEqual({ code: 0, failed: false });
  });

  test("under CI=true each of those tests fails and names what is missing", async () => {
    const { code, output } = await runWithoutTools({ CI: "true" });
    expect(code).toBe(1);
    expect(output).toContain("a service could not be had: kafka: java is not on this machine");
  });
});
