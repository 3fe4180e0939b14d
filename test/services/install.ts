/**
 * Installs every service before the tests run, so that a first build of minutes does not stand beside tests. What cannot be had is no failure
 * here: the run itself says so, and fails for it under CI=true.
 */
import { serviceKinds } from "./kinds.ts";

for (const [name, kind] of Object.entries(serviceKinds)) {
  const notice = setTimeout(() => process.stdout.write(`installing ${name} for tests, once\n`), 2_000);
  await kind.install().catch(() => undefined);
  clearTimeout(notice);
}
