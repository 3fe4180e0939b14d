import { headed, testCases } from "../catalog-cases.ts";

const fed = (facts: string): ReturnType<typeof headed> => headed(`@deltaTable() @fromKafka(${facts})`);
const names = "Kafka takes up to 249 letters, digits, dots, underscores and hyphens.";

testCases([
  ["a topic and one for its dead letters", fed("{ topic: \"rides.events-v1\", format: \"json\", deadLetter: \"rides.events-v1.dead\" }")],
  ["a format of a later version", fed("{ topic: \"t\", format: \"avro\" }"), { code: "NL2049", underlined: "@fromKafka({ topic: \"t\", format: \"avro\" })", hint: "It comes with a later one; take it away until then." }],
  ["no topic", fed("{ format: \"json\" }"), { code: "NL2052", underlined: "@fromKafka({ format: \"json\" })", hint: "Write @fromKafka({ topic: \"…\", format: \"json\" })." }],
  ["a name no topic can have", fed("{ topic: \"rides events\", format: \"json\" }"), { code: "NL2050", underlined: "@fromKafka({ topic: \"rides events\", format: \"json\" })", hint: names }],
  ["a name of dots alone for dead letters", fed("{ topic: \"t\", format: \"json\", deadLetter: \"..\" }"), { code: "NL2050", underlined: "@fromKafka({ topic: \"t\", format: \"json\", deadLetter: \"..\" })", hint: names }],
  ["dead letters that would come back", fed("{ topic: \"t\", format: \"json\", deadLetter: \"t\" }"), { code: "NL2051", underlined: "@fromKafka({ topic: \"t\", format: \"json\", deadLetter: \"t\" })", hint: "Name another topic for them." }],
]);
