"""What boto3 and tenacity wait between attempts that all fail.

Prints a JSON object: for every setting a list of calls, a call being the list of
seconds that it slept. Nothing sleeps in earnest, and random has a seed.
ENDPOINT refuses every request, with the exception that its path names.
"""

import json
import os
import random
import unittest.mock

import boto3
import tenacity
from botocore.config import Config
from botocore.exceptions import ClientError

slept = []
session = boto3.Session()


def dynamodb(**retries):
    return client("dynamodb", "ProvisionedThroughputExceededException", **retries)


def client(service, refusal, **retries):
    return session.client(service, endpoint_url=os.environ["ENDPOINT"] + "/" + refusal, config=Config(retries=retries))


def get(c):
    """Makes a call and returns what it slept."""
    slept.clear()
    try:
        if c.meta.service_model.service_name == "dynamodb":
            c.get_item(TableName="orders", Key={"id": {"S": "1"}})
        else:
            c.describe_limits()
    except ClientError as e:
        attempts = e.response["ResponseMetadata"]["RetryAttempts"] + 1
        assert attempts == len(slept) + 1, (attempts, slept)
    else:
        raise AssertionError("a request was let through")
    return list(slept)


def fresh(make, calls, each):
    """Makes calls by clients whose quota has not come to its end: a client for each few."""
    waited = []
    while len(waited) < calls:
        c = make()
        waited += [get(c) for _ in range(each)]
    return waited


def by_environment(**variables):
    """Makes a call of a client that is configured by variables alone."""
    with unittest.mock.patch.dict(os.environ, variables):
        c = boto3.Session().client("dynamodb", endpoint_url=os.environ["ENDPOINT"] + "/ThrottlingException")
    return [get(c)]


def tenacious(calls):
    """Makes calls as the article's second handler does."""
    now = 0.0

    def sleep(seconds):
        nonlocal now
        now += seconds
        slept.append(seconds)

    @tenacity.retry(wait=tenacity.wait_random_exponential(), stop=tenacity.stop_after_delay(28))
    def refused():
        raise ValueError

    waited = []
    with unittest.mock.patch("time.sleep", sleep), unittest.mock.patch("time.monotonic", lambda: now):
        for _ in range(calls):
            slept.clear()
            try:
                refused()
            except tenacity.RetryError:
                waited.append(list(slept))
    return waited


def main():
    random.seed(1)
    result = {"tenacity": tenacious(2000)}
    with unittest.mock.patch("time.sleep", slept.append):
        result |= {
            "legacy": [get(dynamodb())],
            "legacy, max_attempts 9": [get(dynamodb(max_attempts=9))],
            "legacy, max_attempts 10": [get(dynamodb(max_attempts=10))],
            "legacy, total_max_attempts 9": [get(dynamodb(total_max_attempts=9))],
            "legacy, AWS_MAX_ATTEMPTS 9": by_environment(AWS_MAX_ATTEMPTS="9"),
            "legacy, quota of the account": [get(client("dynamodb", "RequestLimitExceeded"))],
            "legacy of Kinesis": fresh(lambda: client("kinesis", "ProvisionedThroughputExceededException"), 400, 400),
            "standard": fresh(lambda: dynamodb(mode="standard"), 300, 50),
            "standard, max_attempts 7": fresh(lambda: dynamodb(mode="standard", max_attempts=7), 308, 14),
            "standard, total_max_attempts 2": fresh(lambda: dynamodb(mode="standard", total_max_attempts=2), 200, 100),
            "standard, by environment": by_environment(AWS_RETRY_MODE="standard", AWS_MAX_ATTEMPTS="1"),
            "standard, quota": fresh(lambda: dynamodb(mode="standard", total_max_attempts=4), 40, 40),
        }
    print(json.dumps(result))


main()
