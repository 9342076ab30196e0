"""The table, as the function's settings name it."""

import os

import boto3
from botocore.config import Config

name = os.environ["TABLE_NAME"]

# Four attempts with jitter end before API Gateway gives up after 29 s.
client = boto3.client("dynamodb", config=Config(
    retries={"mode": "standard", "max_attempts": 4}, connect_timeout=2, read_timeout=5))
