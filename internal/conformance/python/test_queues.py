"""Queues through the low-level client, which in Debian speaks the query protocol."""

import threading
import time
import unittest
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

import shop


def client():
    return boto3.client("sqs", endpoint_url=shop.ENDPOINT, config=Config(retries={"total_max_attempts": 1}))


class Queues(unittest.TestCase):
    def setUp(self):
        self.c = client()

    def create(self, suffix="", **attributes):
        return self.c.create_queue(QueueName="py-" + uuid.uuid4().hex + suffix, Attributes=attributes)["QueueUrl"]

    def receive(self, url, **parameters):
        return self.c.receive_message(QueueUrl=url, **{"WaitTimeSeconds": 1, **parameters}).get("Messages", [])

    def refused(self, status, code, message, call, **parameters):
        with self.assertRaises(ClientError) as raised:
            call(**parameters)
        answer = raised.exception.response
        self.assertEqual(answer["Error"]["Code"], code)
        self.assertEqual(answer["Error"]["Type"], "Sender")
        self.assertIn(message, answer["Error"]["Message"])
        self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], status)
        self.assertTrue(answer["ResponseMetadata"]["RequestId"])
        return raised.exception

    def test_every_kind_of_attribute(self):
        url = self.create()
        body = "é\U0001f980 <&>\"'\r\n\t ]]>"
        attributes = {
            "Author": {"DataType": "String", "StringValue": "é <&>"},
            "Weeks": {"DataType": "Number.int", "StringValue": "6"},
            "Cover": {"DataType": "Binary.png", "BinaryValue": b"\x00\xff\n"},
        }
        trace = "Root=1-5759e988-bd862e3fe1be46a994272793"
        sent = self.c.send_message(
            QueueUrl=url, MessageBody=body, MessageAttributes=attributes,
            MessageSystemAttributes={"AWSTraceHeader": {"DataType": "String", "StringValue": trace}},
        )
        (got,) = self.receive(url, AttributeNames=["All"], MessageAttributeNames=["All"])
        self.assertEqual(got["Body"], body)
        self.assertEqual(got["MessageId"], sent["MessageId"])
        self.assertEqual(got["MessageAttributes"], attributes)
        self.assertEqual(got["MD5OfMessageAttributes"], sent["MD5OfMessageAttributes"])
        self.assertEqual(got["Attributes"]["AWSTraceHeader"], trace)
        self.assertEqual(got["Attributes"]["ApproximateReceiveCount"], "1")
        self.c.change_message_visibility(QueueUrl=url, ReceiptHandle=got["ReceiptHandle"], VisibilityTimeout=0)
        (again,) = self.receive(url, AttributeNames=["ApproximateReceiveCount"], MessageAttributeNames=["W.*", "Auth*"])
        self.assertEqual(again["Attributes"], {"ApproximateReceiveCount": "2"})
        self.c.delete_message(QueueUrl=url, ReceiptHandle=again["ReceiptHandle"])
        self.assertEqual(self.receive(url), [])

    def test_batches(self):
        url = self.create(MaximumMessageSize="1024")
        entries = [{"Id": f"e{n}", "MessageBody": str(n)} for n in range(10)]
        entries[4]["MessageBody"] = "x" * 1025
        sent = self.c.send_message_batch(QueueUrl=url, Entries=entries)
        self.assertEqual(len(sent["Successful"]), 9)
        (failed,) = sent["Failed"]
        self.assertEqual((failed["Id"], failed["Code"], failed["SenderFault"]), ("e4", "InvalidParameterValue", True))
        got = self.receive(url, MaxNumberOfMessages=10)
        self.assertEqual([m["Body"] for m in got], list("012356789"))
        handles = [{"Id": f"e{n}", "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(got)]
        changed = self.c.change_message_visibility_batch(QueueUrl=url, Entries=[{**h, "VisibilityTimeout": 100} for h in handles])
        self.assertEqual(len(changed["Successful"]), 9)
        removed = self.c.delete_message_batch(QueueUrl=url, Entries=handles)
        self.assertEqual([r["Id"] for r in removed["Successful"]], [h["Id"] for h in handles])

    def test_long_poll(self):
        url = self.create(ReceiveMessageWaitTimeSeconds="20")
        sender = threading.Timer(0.2, lambda: client().send_message(QueueUrl=url, MessageBody="wake"))
        sender.start()
        (got,) = self.c.receive_message(QueueUrl=url)["Messages"]
        sender.join()
        self.assertEqual(got["Body"], "wake")
        self.assertNotIn("Messages", self.c.receive_message(QueueUrl=url, WaitTimeSeconds=0))

    def test_delay(self):
        url = self.create()
        self.c.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=1)
        began = time.monotonic()
        (got,) = self.receive(url, WaitTimeSeconds=10)
        self.assertEqual(got["Body"], "later")
        self.assertGreater(time.monotonic() - began, 0.5)

    def test_fifo(self):
        url = self.create(".fifo", FifoQueue="true")
        for n in (1, 2, 3):
            for _ in range(2):  # the second is a duplicate
                self.c.send_message(QueueUrl=url, MessageBody=str(n), MessageGroupId="g", MessageDeduplicationId=f"d{n}")
        got = self.receive(url, MaxNumberOfMessages=2, AttributeNames=["All"])
        self.assertEqual([m["Body"] for m in got], ["1", "2"])
        self.assertEqual(got[0]["Attributes"]["MessageGroupId"], "g")
        self.assertLess(got[0]["Attributes"]["SequenceNumber"], got[1]["Attributes"]["SequenceNumber"])
        self.assertEqual(self.receive(url), [])
        for m in got:
            self.c.delete_message(QueueUrl=url, ReceiptHandle=m["ReceiptHandle"])
        self.assertEqual([m["Body"] for m in self.receive(url)], ["3"])
        self.refused(400, "MissingParameter", "The request must contain the parameter MessageGroupId.",
                     self.c.send_message, QueueUrl=url, MessageBody="x")

    def test_lists(self):
        made = sorted(self.c.create_queue(QueueName=f"py-list-{n}")["QueueUrl"] for n in range(5))
        pages = self.c.get_paginator("list_queues").paginate(QueueNamePrefix="py-list-", PaginationConfig={"PageSize": 2})
        self.assertEqual([url for page in pages for url in page["QueueUrls"]], made)
        self.c.tag_queue(QueueUrl=made[0], Tags={"a": "1", "b": "2"})
        self.c.untag_queue(QueueUrl=made[0], TagKeys=["a"])
        self.assertEqual(self.c.list_queue_tags(QueueUrl=made[0])["Tags"], {"b": "2"})
        self.c.add_permission(QueueUrl=made[0], Label="all", AWSAccountIds=["111122223333"], Actions=["SendMessage"])
        attributes = self.c.get_queue_attributes(QueueUrl=made[0], AttributeNames=["Policy", "QueueArn"])["Attributes"]
        self.assertIn("111122223333", attributes["Policy"])
        self.c.remove_permission(QueueUrl=made[0], Label="all")
        self.assertNotIn("Attributes", self.c.get_queue_attributes(QueueUrl=made[0], AttributeNames=["Policy"]))

    def test_errors(self):
        url = self.create()
        queue = url.rsplit("/", 1)[1]
        missing = self.refused(400, "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist for this wsdl version.",
                               self.c.receive_message, QueueUrl=url + "-not")
        self.assertIsInstance(missing, self.c.exceptions.QueueDoesNotExist)
        self.refused(400, "AWS.SimpleQueueService.NonExistentQueue", "", self.c.get_queue_url, QueueName="nothing")
        self.refused(400, "QueueAlreadyExists", "different value for attribute DelaySeconds",
                     self.c.create_queue, QueueName=queue, Attributes={"DelaySeconds": "5"})
        self.refused(404, "ReceiptHandleIsInvalid", 'The input receipt handle "garbage" is not a valid receipt handle.',
                     self.c.delete_message, QueueUrl=url, ReceiptHandle="garbage")
        self.refused(400, "InvalidParameterValue", "Value 11 for parameter MaxNumberOfMessages is invalid.",
                     self.c.receive_message, QueueUrl=url, MaxNumberOfMessages=11)
        self.refused(400, "AWS.SimpleQueueService.TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10. You have sent 20.",
                     self.c.send_message_batch, QueueUrl=url, Entries=[{"Id": str(n), "MessageBody": "x"} for n in range(20)])
        self.refused(400, "AWS.SimpleQueueService.BatchEntryIdsNotDistinct", "repeated",
                     self.c.send_message_batch, QueueUrl=url, Entries=[{"Id": "a", "MessageBody": "x"}] * 2)
        self.refused(400, "AWS.SimpleQueueService.EmptyBatchRequest", "", self.c.send_message_batch, QueueUrl=url, Entries=[])
        self.c.purge_queue(QueueUrl=url)
        self.refused(403, "AWS.SimpleQueueService.PurgeQueueInProgress", f"Only one PurgeQueue operation on {queue} is allowed every 60 seconds.",
                     self.c.purge_queue, QueueUrl=url)

    def test_resource(self):
        queues = boto3.resource("sqs", endpoint_url=shop.ENDPOINT)
        queue = queues.create_queue(QueueName="py-" + uuid.uuid4().hex)
        queue.send_message(MessageBody="a")
        queue.send_messages(Entries=[{"Id": "1", "MessageBody": "b"}])
        got = queue.receive_messages(MaxNumberOfMessages=10, WaitTimeSeconds=1)
        self.assertEqual([m.body for m in got], ["a", "b"])
        for m in got:
            m.delete()
        self.assertEqual(queue.attributes["ApproximateNumberOfMessages"], "0")
        self.assertEqual(queues.get_queue_by_name(QueueName=queue.url.rsplit("/", 1)[1]).url, queue.url)


if __name__ == "__main__":
    unittest.main()
