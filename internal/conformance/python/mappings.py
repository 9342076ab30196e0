"""Event source mappings of queues. The stack has the function consumer, with a timeout of
10 seconds, and the queues orders, steps.fifo and short."""

import unittest

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

import shop

ARN = "arn:aws:sqs:us-east-1:123456789012:"
FILTERS = {"Filters": [{"Pattern": '{"body": {"kind": ["order"]}}'}]}


class Mappings(unittest.TestCase):
    def setUp(self):
        self.c = boto3.client("lambda", endpoint_url=shop.ENDPOINT, config=Config(retries={"total_max_attempts": 1}))
        self.addCleanup(self.c.close)

    def refused(self, status, code, message, call, **parameters):
        with self.assertRaises(ClientError) as raised:
            call(**parameters)
        answer = raised.exception.response
        self.assertEqual(answer["Error"]["Code"], code)
        self.assertEqual(answer["Error"]["Message"], message)
        self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], status)
        return raised.exception

    def test_life(self):
        made = self.c.create_event_source_mapping(FunctionName="consumer", EventSourceArn=ARN + "orders", FilterCriteria=FILTERS)
        self.assertEqual(made["ResponseMetadata"]["HTTPStatusCode"], 202)
        self.assertEqual(made["FunctionArn"], "arn:aws:lambda:us-east-1:123456789012:function:consumer")
        self.assertEqual(made["StateTransitionReason"], "USER_INITIATED")
        uuid = made["UUID"]
        changed = self.c.update_event_source_mapping(UUID=uuid, Enabled=False, BatchSize=7)
        self.assertEqual((changed["State"], changed["BatchSize"]), ("Disabled", 7))
        got = self.c.get_event_source_mapping(UUID=uuid)
        self.assertEqual(got["FilterCriteria"], FILTERS)
        self.assertEqual(got["LastModified"], changed["LastModified"])
        pages = self.c.get_paginator("list_event_source_mappings").paginate(EventSourceArn=ARN + "orders")
        self.assertEqual([m["UUID"] for page in pages for m in page["EventSourceMappings"]], [uuid])
        self.assertEqual(self.c.delete_event_source_mapping(UUID=uuid)["ResponseMetadata"]["HTTPStatusCode"], 202)
        refusal = self.refused(404, "ResourceNotFoundException", "The resource you requested does not exist.", self.c.get_event_source_mapping, UUID=uuid)
        self.assertIsInstance(refusal, self.c.exceptions.ResourceNotFoundException)

    def test_refusals(self):
        create = self.c.create_event_source_mapping
        self.refused(400, "InvalidParameterValueException", "Queue visibility timeout: 9 seconds is less than Function timeout: 10 seconds",
                     create, FunctionName="consumer", EventSourceArn=ARN + "short")
        self.refused(400, "InvalidParameterValueException", "Batching window is not supported for FIFO queues",
                     create, FunctionName="consumer", EventSourceArn=ARN + "steps.fifo", MaximumBatchingWindowInSeconds=1)
        self.refused(400, "InvalidParameterValueException", "Invalid filter pattern definition.",
                     create, FunctionName="consumer", EventSourceArn=ARN + "orders", FilterCriteria={"Filters": [{"Pattern": "{"}]})
        self.refused(400, "InvalidParameterValueException", "Function does not exist", create, FunctionName="nobody", EventSourceArn=ARN + "orders")


if __name__ == "__main__":
    unittest.main()
