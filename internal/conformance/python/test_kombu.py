"""kombu, the messaging library of Celery: its own way to poll is a form without a
version, sent to the URL of a queue by an event loop."""

import time
import unittest
import uuid
from urllib.parse import urlsplit

import kombu
from kombu.asynchronous import Hub, set_event_loop

import shop


class Kombu(unittest.TestCase):
    def setUp(self):
        self.name = "kombu-" + uuid.uuid4().hex
        self.connection = kombu.Connection(
            f"sqs://x:y@{urlsplit(shop.ENDPOINT).netloc}//",
            transport_options={"region": "us-east-1", "wait_time_seconds": 1, "visibility_timeout": 30, "is_secure": False},
        )
        self.addCleanup(self.connection.release)

    def test_simple_queue(self):
        queue = self.connection.SimpleQueue(self.name)
        self.addCleanup(queue.close)
        self.assertEqual(queue.qsize(), 0)
        sent = [{"task": n, "text": "é <&>"} for n in range(12)]
        for payload in sent:
            queue.put(payload)
        self.assertEqual(queue.qsize(), 12)
        got = []
        for _ in sent:
            message = queue.get(timeout=10)
            got.append(message.payload)
            message.ack()
        self.assertEqual(got, sent)
        with self.assertRaises(queue.Empty):
            queue.get(timeout=1)
        queue.put({"task": "again"})
        message = queue.get(timeout=10)
        message.requeue()  # sends it anew
        message = queue.get(timeout=10)
        self.assertEqual(message.payload, {"task": "again"})
        message.reject()

    def test_fifo(self):
        queue = self.connection.SimpleQueue(self.name + ".fifo")
        self.addCleanup(queue.close)
        for n in range(5):
            queue.put({"n": n})
        got = []
        for _ in range(5):
            message = queue.get(timeout=10)
            got.append(message.payload["n"])
            message.ack()
        self.assertEqual(got, list(range(5)))

    def test_event_loop(self):
        hub = Hub()
        set_event_loop(hub)
        self.addCleanup(set_event_loop, None)
        got = []

        def handle(body, message):
            got.append(body)
            message.ack()

        with self.connection.channel() as channel:
            queue = kombu.Queue(self.name, channel=channel)
            queue.declare()
            consumer = kombu.Consumer(channel, [queue], callbacks=[handle])
            self.connection.register_with_event_loop(hub)
            consumer.consume()
            producer = kombu.Producer(channel)
            for n in range(15):
                producer.publish({"n": n}, routing_key=self.name)
            deadline = time.monotonic() + 20
            while len(got) < 15 and time.monotonic() < deadline:
                hub.run_once()
            self.assertEqual(sorted(m["n"] for m in got), list(range(15)))
            consumer.cancel()
        hub.close()


if __name__ == "__main__":
    unittest.main()
