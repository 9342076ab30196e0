// Makes one call with the configuration that its argument is, and prints what came
// of it as JSON. A second argument gives the call so many milliseconds by an
// abort signal.

import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";

const [configuration, milliseconds] = process.argv.slice(2);
const client = new DynamoDBClient({ endpoint: process.env.ENDPOINT, ...(0, eval)(`(${configuration})`) });
await client.config.credentials(); // takes time once
const began = performance.now();
const abortSignal = milliseconds && AbortSignal.timeout(Number(milliseconds));
const error = await client.send(new PutItemCommand({ TableName: "orders", Item: { id: { S: "1" } } }), { abortSignal }).then(
  () => ({}),
  (e) => e,
);
const seconds = (performance.now() - began) / 1000;
console.log(JSON.stringify({ error: error.name, attempts: error.$metadata?.attempts, seconds }));
