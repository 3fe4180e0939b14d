/** What the reading of one catalog shares: the names of all files, and the diagnostics found so far. */
import type { ts } from "ts-morph";
import { diagnose } from "../diagnostics/messages.ts";
import type { Diagnostic, Fix } from "../diagnostics/diagnostic.ts";
import type { MessageName } from "../diagnostics/messages.ts";
import type { Place } from "../ir/catalog.ts";
import { placeOf } from "./place.ts";
import type { Scopes } from "./scope.ts";

/** The scopes to look names up in, and the list every reading function adds its diagnostics to. */
export interface Reader { readonly scopes: Scopes; readonly diagnostics: Diagnostic[] }

/** Adds the message `name` about `node`; `fix` where the way out is certain. */
export function report<Name extends MessageName>(reader: Reader, name: Name, node: ts.Node, values: Parameters<typeof diagnose<Name>>[2], fix?: Fix): void {
  reportAt(reader, name, placeOf(node), values, fix);
}

/** Adds the message `name` about `place`. */
export function reportAt<Name extends MessageName>(reader: Reader, name: Name, place: Place, values: Parameters<typeof diagnose<Name>>[2], fix?: Fix): void {
  reader.diagnostics.push(diagnose(name, place, values, fix));
}
