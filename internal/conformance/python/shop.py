"""What the tests share: clients, and a table with both kinds of index.

Every test works under a customer of its own, so that none sees another's items.
"""

import functools
import os
import uuid

import boto3
from botocore.config import Config

ENDPOINT = os.environ["ENDPOINT"]

ORDERS = {
    "TableName": "orders",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": "customer", "AttributeType": "S"},
        {"AttributeName": "number", "AttributeType": "N"},
        {"AttributeName": "state", "AttributeType": "S"},
    ],
    "KeySchema": [
        {"AttributeName": "customer", "KeyType": "HASH"},
        {"AttributeName": "number", "KeyType": "RANGE"},
    ],
    "LocalSecondaryIndexes": [
        {
            "IndexName": "by-state",
            "KeySchema": [
                {"AttributeName": "customer", "KeyType": "HASH"},
                {"AttributeName": "state", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "all-by-state",
            "KeySchema": [
                {"AttributeName": "state", "KeyType": "HASH"},
                {"AttributeName": "number", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["price"]},
        }
    ],
}


@functools.lru_cache(maxsize=None)
def client(attempts=3):
    """The low-level client."""
    config = Config(retries={"total_max_attempts": attempts})
    return boto3.client("dynamodb", endpoint_url=ENDPOINT, config=config)


@functools.lru_cache(maxsize=None)
def resource():
    """The object-oriented client, whose values are Python's."""
    return boto3.resource("dynamodb", endpoint_url=ENDPOINT)


def wait(name, table, c):
    """Waits as long as AWS takes, but asks once a second instead of once in 20."""
    c.get_waiter(name).wait(TableName=table, WaiterConfig={"Delay": 1, "MaxAttempts": 60})


@functools.lru_cache(maxsize=None)
def orders():
    """The name of the table, which is made on first use."""
    c = client()
    c.create_table(**ORDERS)
    wait("table_exists", ORDERS["TableName"], c)
    return ORDERS["TableName"]


def customer():
    """A partition key that nobody has used."""
    return uuid.uuid4().hex


def key(name, number):
    """A key of orders as the low-level client writes it."""
    return {"customer": {"S": name}, "number": {"N": str(number)}}
