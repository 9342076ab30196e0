// Prints the answer of a function, piece by piece, and how it ended.

import { InvokeWithResponseStreamCommand, LambdaClient } from "@aws-sdk/client-lambda";

const client = new LambdaClient({ endpoint: process.env.ENDPOINT, region: "us-east-1", credentials: { accessKeyId: "x", secretAccessKey: "y" } });
const answer = await client.send(new InvokeWithResponseStreamCommand({ FunctionName: "streams", Payload: Buffer.from("{}"), LogType: "Tail" }));
for await (const event of answer.EventStream) {
  console.log(event.PayloadChunk ? Buffer.from(event.PayloadChunk.Payload).toString() : Object.keys(event.InvokeComplete).join());
}
