/** Vitest's global setup: opens the coordinator of the run's services and tells every test file where it is. */
import type { TestProject } from "vitest/node";
import { openCoordinator } from "./coordinator.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Address of the coordinator. */
    services: string;
  }
}

/** Starts no service by itself; what it returns ends the run's services. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const coordinator = await openCoordinator((line) => project.vitest.logger.log(line));
  project.provide("services", coordinator.url);
  return () => coordinator.close();
}
