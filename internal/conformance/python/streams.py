"""Prints the answer of a function, piece by piece, and how it ended."""

import os
import boto3

client = boto3.client("lambda", endpoint_url=os.environ["ENDPOINT"], region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="y")
for event in client.invoke_with_response_stream(FunctionName="streams", Payload=b"{}", LogType="Tail")["EventStream"]:
    if "PayloadChunk" in event:
        print(event["PayloadChunk"]["Payload"])
    else:
        print(sorted(event["InvokeComplete"]))
