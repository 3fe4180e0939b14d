#!/usr/bin/env node
// The command's first file: plain JavaScript that an old Node can parse, so that it can say what it needs.
// Then it starts bin/main.ts in a source checkout, or the compiled dist/bin/main.js of an installed package.
import { existsSync } from "node:fs";
import * as module from "node:module";

const needed = 26;
const major = Number(process.versions.node.split(".")[0]);
if (major < needed) {
  process.stderr.write(
    `neuralake needs Node.js ${needed} or newer, and this is ${process.version}.\n` +
      "`npm install` brings the right one along with neuralake (the package `node`); then start it as `npx neuralake`.\n" +
      "If packages were installed with --ignore-scripts, run `npm rebuild node` first.\n",
  );
  process.exit(2);
}

// As tsc does: what Node compiled once, TypeScript above all, starts at once the next time.
module.enableCompileCache();

const source = existsSync(new URL("./main.ts", import.meta.url));

// Whatever a project imports from "neuralake" is this very package, wherever the project lies.
module.registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== "neuralake" && !specifier.startsWith("neuralake/")) return next(specifier, context);
    const conditions = source ? [...context.conditions, "source"] : context.conditions;
    return next(specifier, { ...context, conditions, parentURL: import.meta.url });
  },
});

const { main } = await import(source ? "./main.ts" : "../dist/bin/main.js");
await main(process.argv.slice(2));
