/** `npm start` with a broker at hand: flights are replayed, taken in, and seen by a query; Ctrl-C ends all of it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { withOwnServices } from "../services/with-services.ts";
import { runCommand, temporaryFolder } from "./command.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));

await withOwnServices(["kafka"], "npm start with a broker", ({ kafka }) => {
  test("flights are told, taken into flights.live, each once, and a query sees them; Ctrl-C ends it with exit 0", async () => {
    const root = await temporaryFolder();
    const broker = await kafka();
    try {
      const child = spawn(process.execPath, ["-C", "source", "bin/demo.ts", "--serve", "--port", "0"], {
        cwd: repository, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NEURALAKE_ROOT: root.folder, NEURALAKE_KAFKA_BROKERS: broker.brokers.join(",") },
      });
      const closed = once(child, "close") as Promise<[number | null, string | null]>;
      const said: string[] = [];
      createInterface({ input: child.stdout }).on("line", (line) => said.push(line));
      for await (const line of createInterface({ input: child.stderr })) {
        said.push(line);
        if (line.includes("a query sees one")) break;
      }
      child.kill("SIGINT");
      expect([await closed, said.filter((line) => line.includes("flights are replayed to"))]).toEqual([[0, null], [expect.stringContaining("taken into flights.live")]]);
      const { stdout } = await runCommand(repository, ["query", "SELECT count(*) AS n, count(DISTINCT flight_number) AS numbers, max(flight_number) AS last FROM flights.live", "--json", "--root", root.folder]);
      const [{ n, numbers, last }] = JSON.parse(stdout) as [{ n: number; numbers: number; last: number }];
      expect(n).toBeGreaterThan(100);
      expect([numbers, last]).toEqual([n, n]);
    } finally {
      await broker.stop();
      await root.remove();
    }
  });
});
