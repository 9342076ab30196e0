"""Makes one call with the Config that its argument is, and prints what came of it as JSON."""

import json
import os
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError

config = eval(sys.argv[1], {"Config": Config})
client = boto3.client("dynamodb", endpoint_url=os.environ["ENDPOINT"], config=config)
result = {}
began = time.monotonic()
try:
    client.put_item(TableName="orders", Item={"id": {"S": "1"}})
except ClientError as e:
    result = {"error": e.response["Error"]["Code"], "attempts": e.response["ResponseMetadata"]["RetryAttempts"] + 1}
except HTTPClientError as e:
    result = {"error": type(e).__name__}
result["seconds"] = time.monotonic() - began
print(json.dumps(result))
