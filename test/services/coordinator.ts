/**
 * The shared services of one test run. Test files run in processes of their own, so they ask here, over HTTP, for what they need: a service is
 * installed and started when the first of them asks, and stopped when the run ends. One that cannot be had is told once.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { serviceKinds } from "./kinds.ts";
import type { ServerProcess } from "./server-process.ts";

/** What a service is asked for: to be installed for starts of the test's own, or to run for all (a tool: to be installed). */
export type Wish = "installed" | "running";

/** What the coordinator knows of a wish: the service's facts as JSON, or why it could not be had. */
export type Answer = { readonly facts: unknown } | { readonly missing: string };

export interface Coordinator {
  /** Where test files ask: `GET <url>/<wish>/<service>`. */
  readonly url: string;
  /** Stops all that was started. */
  close(): Promise<void>;
}

/** Opens the coordinator of a run; `tell` prints one line. */
export async function openCoordinator(tell: (line: string) => void): Promise<Coordinator> {
  const answers = new Map<string, Promise<Answer>>();
  const running: ServerProcess[] = [];
  const told = new Set<string>();

  const fulfil = async (wish: string, name: string): Promise<Answer> => {
    const kind = serviceKinds[name];
    if (kind === undefined) return { missing: `there is no service ${name}` };
    try {
      if (wish === "installed" || kind.start === undefined) return { facts: await kind.install() };
      const server = await kind.start();
      running.push(server);
      return { facts: server };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!told.has(name)) tell(`no ${name}, so the tests that need it are left out: ${reason.split("\n")[0]}`);
      told.add(name);
      return { missing: `${name}: ${reason}` };
    }
  };

  const server = createServer((request, reply) => {
    const key = request.url ?? "/";
    const [, wish = "", name = ""] = key.split("/");
    const answer = answers.getOrInsertComputed(key, () => fulfil(wish, name));
    void answer.then((it) => reply.end(JSON.stringify(it)));
  });
  server.listen(0, "127.0.0.1").unref();
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      await Promise.all(answers.values());
      await Promise.all(running.map((service) => service.stop()));
    },
  };
}
