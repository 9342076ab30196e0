"""Batches and transactions through the low-level client."""

import unittest

import shop


class Batches(unittest.TestCase):
    def setUp(self):
        self.c = shop.client()
        self.customer = shop.customer()

    def key(self, number):
        return shop.key(self.customer, number)

    def put(self, *numbers):
        answer = self.c.batch_write_item(RequestItems={
            shop.orders(): [{"PutRequest": {"Item": {**self.key(n), "price": {"N": "10"}}}} for n in numbers],
        }, ReturnConsumedCapacity="TOTAL", ReturnItemCollectionMetrics="SIZE")
        self.assertEqual(answer["UnprocessedItems"], {})
        return answer

    def prices(self):
        answer = self.c.query(
            TableName=shop.orders(),
            KeyConditionExpression="customer = :c",
            ExpressionAttributeValues={":c": {"S": self.customer}},
        )
        return {int(item["number"]["N"]): item["price"]["N"] for item in answer["Items"]}

    def test_batch(self):
        answer = self.put(*range(25))
        self.assertEqual(answer["ConsumedCapacity"], [{"TableName": shop.orders(), "CapacityUnits": 25.0}])
        collection = answer["ItemCollectionMetrics"][shop.orders()][0]
        self.assertEqual(collection["ItemCollectionKey"], {"customer": {"S": self.customer}})
        self.c.batch_write_item(RequestItems={shop.orders(): [
            {"DeleteRequest": {"Key": self.key(0)}},
            {"PutRequest": {"Item": {**self.key(1), "price": {"N": "11"}}}},
        ]})
        read = self.c.batch_get_item(RequestItems={shop.orders(): {
            "Keys": [self.key(n) for n in range(3)],
            "ProjectionExpression": "#n, price",
            "ExpressionAttributeNames": {"#n": "number"},
            "ConsistentRead": True,
        }})
        self.assertEqual(read["UnprocessedKeys"], {})
        got = {item["number"]["N"]: item["price"]["N"] for item in read["Responses"][shop.orders()]}
        self.assertEqual(got, {"1": "11", "2": "10"})

    def test_batch_of_too_many(self):
        with self.assertRaisesRegex(self.c.exceptions.ClientError, "ValidationException"):
            self.put(*range(26))
        self.assertEqual(self.prices(), {})

    def actions(self):
        """One of each kind: put 1, update 2, delete 3, check 4."""
        at = {"TableName": shop.orders()}
        return [
            {"Put": {**at, "Item": {**self.key(1), "price": {"N": "1"}}}},
            {"Update": {
                **at,
                "Key": self.key(2),
                "UpdateExpression": "SET price = price + :n",
                "ExpressionAttributeValues": {":n": {"N": "2"}},
            }},
            {"Delete": {**at, "Key": self.key(3)}},
            {"ConditionCheck": {
                **at,
                "Key": self.key(4),
                "ConditionExpression": "price = :p",
                "ExpressionAttributeValues": {":p": {"N": "10"}},
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }},
        ]

    def test_transaction(self):
        self.put(2, 3, 4)
        for _ in range(2):  # the second has no further effect
            answer = self.c.transact_write_items(
                TransactItems=self.actions(),
                ClientRequestToken=self.customer,
                ReturnConsumedCapacity="TOTAL",
            )
            self.assertEqual(answer["ConsumedCapacity"][0]["TableName"], shop.orders())
        self.assertEqual(self.prices(), {1: "1", 2: "12", 4: "10"})
        with self.assertRaises(self.c.exceptions.IdempotentParameterMismatchException):
            self.c.transact_write_items(TransactItems=self.actions()[:1], ClientRequestToken=self.customer)

    def test_transaction_canceled(self):
        self.put(2, 3)
        self.c.put_item(TableName=shop.orders(), Item={**self.key(4), "price": {"N": "99"}})
        with self.assertRaises(self.c.exceptions.TransactionCanceledException) as raised:
            self.c.transact_write_items(TransactItems=self.actions())
        answer = raised.exception.response
        self.assertEqual([reason["Code"] for reason in answer["CancellationReasons"]],
                         ["None", "None", "None", "ConditionalCheckFailed"])
        failed = answer["CancellationReasons"][3]
        self.assertEqual(failed["Message"], "The conditional request failed")
        self.assertEqual(failed["Item"], {**self.key(4), "price": {"N": "99"}})
        self.assertIn("[None, None, None, ConditionalCheckFailed]", answer["Error"]["Message"])
        self.assertEqual(self.prices(), {2: "10", 3: "10", 4: "99"})

    def test_transact_get(self):
        self.put(1, 2)
        gets = [{"Get": {"TableName": shop.orders(), "Key": self.key(n), "ProjectionExpression": "price"}} for n in (1, 3, 2)]
        answer = self.c.transact_get_items(TransactItems=gets)
        self.assertEqual(answer["Responses"], [{"Item": {"price": {"N": "10"}}}, {}, {"Item": {"price": {"N": "10"}}}])
        with self.assertRaisesRegex(self.c.exceptions.ClientError, "cannot include multiple operations on one item"):
            self.c.transact_get_items(TransactItems=gets + gets[:1])


if __name__ == "__main__":
    unittest.main()
