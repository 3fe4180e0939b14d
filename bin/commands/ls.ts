/** `neuralake ls`: every table of the catalog and how much of it there is. */
import { allTables, fullName } from "../../compiler/ir/names.ts";
import { addLakeCommand, type DefineCommand } from "../command.ts";
import { ageText, bytesText, countText } from "../amounts.ts";
import { findProject, openProjectLake, type LakeOptions } from "../project.ts";
import { printTable } from "../listing.ts";
import { goalsOf, goalText } from "../table-status.ts";

export const defineLs: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "ls",
    summary: "list the tables with kind, rows, bytes, version and age of the newest commit",
    examples: ["neuralake ls"],
  }).action(async (options: LakeOptions) => {
    await using lake = await openProjectLake(await findProject(options));
    const states = await lake.states();
    const goals = goalsOf(lake.catalog);
    const fed = new Set(allTables(lake.catalog).filter(({ stream }) => stream !== undefined).map(fullName));
    if (terminal.json) return terminal.printJson(states.map(({ columns: _columns, committed, ...state }) => ({ ...state, committed: timeText(committed), ...goalOf(goals.get(state.table)) })));
    const now = Date.now();
    await printTable(
      terminal,
      [{ title: "table", paint: terminal.style.blue }, { title: "kind" }, { title: "rows", right: true }, { title: "bytes", right: true }, { title: "version", right: true }, { title: "newest commit" }],
      states.map((state) => [
        state.table,
        state.kind,
        state.rows === null ? "-" : countText(state.rows),
        state.bytes === null ? "-" : bytesText(state.bytes),
        state.version === null ? "-" : String(state.version),
        state.committed === null ? (state.exists ? "-" : "not created yet") : `${ageText(now - state.committed)}${goalText(now - state.committed, goals.get(state.table), fed.has(state.table))}`,
      ]),
    );
  });
};

function goalOf(goalMs: number | undefined): { readonly goalMs?: number } {
  return goalMs === undefined ? {} : { goalMs };
}

function timeText(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
