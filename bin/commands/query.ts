/** `neuralake query`: one SELECT statement over the catalog's tables. */
import { addLakeCommand, asOfFrom, asOfOptions, type AsOfOptions, type DefineCommand } from "../command.ts";
import { findProject, openProjectLake, type LakeOptions } from "../project.ts";
import { chosenFormat, outputOptions, type OutputOptions } from "../output-options.ts";

type Options = LakeOptions & AsOfOptions & OutputOptions;

export const defineQuery: DefineCommand = (program, terminal) => {
  const command = addLakeCommand(program, {
    usage: "query <sql>",
    summary: "ask in SQL",
    examples: [
      'neuralake query "SELECT origin, count(*) AS n FROM flights.departures GROUP BY origin ORDER BY n DESC LIMIT 3"',
      'neuralake query "SELECT * FROM flights.departures" -o departures.parquet',
    ],
  });
  for (const option of [...asOfOptions(), ...outputOptions()]) command.addOption(option);
  command.action(async (sql: string, options: Options) => {
    const format = chosenFormat(options, terminal);
    await using lake = await openProjectLake(await findProject(options));
    const asOf = asOfFrom(options);
    const result = await lake.query({ sql, signal: terminal.signal, ...(asOf === undefined ? {} : { asOf }) });
    const { writeOutput } = await import("../result-output.ts");
    await writeOutput(result, format, options, terminal);
  });
};
