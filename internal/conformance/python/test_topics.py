"""SNS through the low-level client."""

import http.server
import json
import queue
import threading
import unittest
import urllib.request
import uuid

import boto3
from botocore.config import Config

import shop

ONCE = Config(retries={"total_max_attempts": 1})


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.server.letters.put((self.headers, body.decode()))

    def log_message(self, *args):
        pass


class Topics(unittest.TestCase):
    def setUp(self):
        self.c = boto3.client("sns", endpoint_url=shop.ENDPOINT, config=ONCE)
        self.sqs = boto3.client("sqs", endpoint_url=shop.ENDPOINT, config=ONCE)
        self.topic = self.c.create_topic(Name="py-" + uuid.uuid4().hex)["TopicArn"]

    def receiver(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        server.letters = queue.Queue()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server

    def test_a_receiver_confirms_and_gets_raw_messages(self):
        server = self.receiver()
        endpoint = "http://127.0.0.1:%d/" % server.server_port
        arn = self.c.subscribe(
            TopicArn=self.topic, Protocol="http", Endpoint=endpoint, ReturnSubscriptionArn=True,
            Attributes={"RawMessageDelivery": "true"})["SubscriptionArn"]
        headers, body = server.letters.get(timeout=20)
        self.assertEqual(headers["x-amz-sns-message-type"], "SubscriptionConfirmation")
        self.assertEqual(self.c.list_subscriptions_by_topic(TopicArn=self.topic)["Subscriptions"][0]["SubscriptionArn"], "PendingConfirmation")
        with urllib.request.urlopen(json.loads(body)["SubscribeURL"]) as answer:
            self.assertIn(arn, answer.read().decode())
        self.c.publish(TopicArn=self.topic, Message="raw")
        headers, body = server.letters.get(timeout=20)
        self.assertEqual((headers["x-amz-sns-rawdelivery"], body), ("true", "raw"))
        attributes = self.c.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        self.assertEqual((attributes["PendingConfirmation"], attributes["Endpoint"]), ("false", endpoint))

    def test_a_queue_gets_the_letter(self):
        name = "py-" + uuid.uuid4().hex
        url = self.sqs.create_queue(QueueName=name)["QueueUrl"]
        self.c.subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:" + name)
        sent = self.c.publish(
            TopicArn=self.topic, Message="ä", Subject="s", MessageAttributes={"b": {"DataType": "Binary", "BinaryValue": b"\x00\x01"}})["MessageId"]
        message = self.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=10)["Messages"][0]
        letter = json.loads(message["Body"])
        self.assertEqual((letter["MessageId"], letter["Message"], letter["Subject"]), (sent, "ä", "s"))
        self.assertEqual(letter["MessageAttributes"], {"b": {"Type": "Binary", "Value": "AAE="}})

    def test_errors_have_their_classes(self):
        with self.assertRaises(self.c.exceptions.NotFoundException):
            self.c.publish(TopicArn=self.topic + "-none", Message="a")
        with self.assertRaises(self.c.exceptions.InvalidParameterException) as caught:
            self.c.subscribe(TopicArn=self.topic, Protocol="pigeon", Endpoint="roof")
        self.assertEqual(caught.exception.response["Error"]["Message"], "Invalid parameter: Amazon SNS does not support this protocol string: pigeon")
        with self.assertRaises(self.c.exceptions.InvalidParameterException):
            self.c.publish(TopicArn=self.topic, Message="x" * 262145)

    def test_pages(self):
        for i in range(101):
            self.c.subscribe(TopicArn=self.topic, Protocol="sms", Endpoint="+1555%04d" % i)
        pages = [len(p["Subscriptions"]) for p in self.c.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=self.topic)]
        self.assertEqual(pages, [100, 1])
        self.c.tag_resource(ResourceArn=self.topic, Tags=[{"Key": "a", "Value": "b"}])
        self.c.untag_resource(ResourceArn=self.topic, TagKeys=["a"])
        self.assertEqual(self.c.list_tags_for_resource(ResourceArn=self.topic)["Tags"], [])
