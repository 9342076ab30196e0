// What AWS's SDK for JavaScript waits between attempts that all fail. Prints a
// JSON object: for every setting a list of calls, a call being the list of
// seconds that it waited. Nothing waits in earnest; run with --random-seed.

import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { HttpResponse } from "@smithy/core/protocols";
import { Readable } from "node:stream";

const throttle = { status: 400, type: "ProvisionedThroughputExceededException" };
const failure = { status: 500, type: "InternalServerError" };

// refusing is a request handler of which every answer is the same.
const refusing = ({ status, type, headers = {} }) => ({
  handle: async () => {
    const body = JSON.stringify({ __type: "com.amazonaws.dynamodb.v20120810#" + type, message: "no" });
    const response = new HttpResponse({
      statusCode: status,
      headers: { "content-type": "application/x-amz-json-1.0", ...headers },
      body: Readable.from([Buffer.from(body)]),
    });
    return { response };
  },
});

// calls makes calls by clients whose quota has not come to its end: a client for
// each few.
async function calls(count, each, answer, options = {}) {
  const waited = [];
  const sleep = globalThis.setTimeout;
  const now = Date.now;
  const instant = now();
  try {
    while (waited.length < count) {
      const client = new DynamoDBClient({ endpoint: "http://localhost", requestHandler: refusing(answer), ...options });
      for (let n = 0; n < each; n++) {
        const slept = [];
        Date.now = () => instant; // a hint is an instant to this SDK
        globalThis.setTimeout = (wake, ms) => {
          slept.push(ms / 1000);
          queueMicrotask(wake);
        };
        const error = await client.send(new GetItemCommand({ TableName: "orders", Key: { id: { S: "1" } } })).then(
          () => new Error("a request was let through"),
          (e) => e,
        );
        if (error.name !== answer.type || error.$metadata.attempts !== slept.length + 1) {
          throw error;
        }
        waited.push(slept);
      }
    }
  } finally {
    globalThis.setTimeout = sleep;
    Date.now = now;
  }
  return waited;
}

const hinted = (ms) => ({ ...throttle, headers: { "x-amz-retry-after": String(ms) } });

process.env.AWS_MAX_ATTEMPTS = "2";
const byEnvironment = await calls(100, 50, throttle);
delete process.env.AWS_MAX_ATTEMPTS;

console.log(JSON.stringify({
  default: await calls(495, 33, throttle),
  "an answer of 500": await calls(495, 11, failure),
  "maxAttempts 2": await calls(300, 100, throttle, { maxAttempts: 2 }),
  "AWS_MAX_ATTEMPTS 2": byEnvironment,
  "maxAttempts 8": await calls(308, 14, throttle, { maxAttempts: 8 }),
  "a hint among the delays": await calls(330, 33, hinted(1500)),
  "a hint far above": await calls(330, 33, hinted(3_600_000)),
  quota: await calls(40, 40, throttle),
}));
