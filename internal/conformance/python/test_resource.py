"""The Table resource: Python's values, and conditions that boto3 writes itself."""

import unittest
from decimal import Decimal

from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import Binary

import shop


class Resource(unittest.TestCase):
    def setUp(self):
        shop.orders()
        self.resource = shop.resource()
        self.table = self.resource.Table("orders")
        self.failed = self.table.meta.client.exceptions.ConditionalCheckFailedException
        self.customer = shop.customer()

    def put(self, number, **attributes):
        self.table.put_item(Item={"customer": self.customer, "number": number, **attributes})

    def get(self, number):
        return self.table.get_item(Key={"customer": self.customer, "number": number}, ConsistentRead=True).get("Item")

    def numbers(self, answer):
        return [int(item["number"]) for item in answer["Items"]]

    def test_values(self):
        values = {
            "decimal": Decimal("99999999999999999999999999999999999999"),  # 38 digits
            "small": Decimal("1.2345678901234567890123456789012345678E-100"),
            "binary": Binary(b"\x00\xff"),
            "strings": {"a", "b"},
            "numbers": {1, Decimal("2.5")},
            "binaries": {Binary(b"1"), Binary(b"2")},
            "list": [1, "a", None, True, {"deep": []}],
            "map": {"empty": {}},
        }
        self.put(1, **values)
        got = self.get(1)
        for name, want in values.items():
            self.assertEqual(got[name], want, name)

    def test_conditions(self):
        self.put(1, price=Decimal("9.99"), tags={"gift", "new"}, at={"city": "Oslo"}, lines=["a", "b"])
        key = {"customer": self.customer, "number": 1}
        true = (
            Attr("price").gt(9) & Attr("price").lte(10) & Attr("tags").contains("gift")
            & Attr("at.city").begins_with("Os") & Attr("lines[1]").eq("b") & Attr("lines").size().eq(2)
            & Attr("at").attribute_type("M") & Attr("at.street").not_exists() & Attr("price").exists()
            & (Attr("price").between(1, 2) | ~Attr("price").is_in([1, 2]))
        )
        self.table.put_item(Item={**key, "price": 1}, ConditionExpression=true)
        with self.assertRaises(self.failed):
            self.table.put_item(Item=key, ConditionExpression=Attr("customer").not_exists())
        with self.assertRaises(self.failed):
            self.table.delete_item(Key=key, ConditionExpression=Attr("price").ne(1))
        self.table.delete_item(Key=key, ConditionExpression=Attr("price").eq(1))
        self.assertIsNone(self.get(1))

    def test_update(self):
        self.put(1, price=1)
        answer = self.table.update_item(
            Key={"customer": self.customer, "number": 1},
            UpdateExpression="SET price = price + :n, #o = :l",
            ExpressionAttributeNames={"#o": "on.hold"},
            ExpressionAttributeValues={":n": Decimal("0.1"), ":l": [Decimal("1e10")]},
            ConditionExpression=Attr("price").lt(5),
            ReturnValues="UPDATED_NEW",
        )
        self.assertEqual(answer["Attributes"], {"price": Decimal("1.1"), "on.hold": [Decimal("1e10")]})

    def test_query_and_scan(self):
        for number in range(6):
            self.put(number, state="open" if number < 4 else "sent", price=number)
        mine = Key("customer").eq(self.customer)
        query = self.table.query
        self.assertEqual(self.numbers(query(KeyConditionExpression=mine & Key("number").gte(4))), [4, 5])
        self.assertEqual(self.numbers(query(
            KeyConditionExpression=mine & Key("number").between(1, 4),
            FilterExpression=Attr("price").ne(2),
            ScanIndexForward=False,
        )), [4, 3, 1])
        self.assertCountEqual(self.numbers(query(
            IndexName="by-state", KeyConditionExpression=mine & Key("state").eq("sent"),
        )), [4, 5])
        first = query(KeyConditionExpression=mine, Limit=4)
        rest = query(KeyConditionExpression=mine, ExclusiveStartKey=first["LastEvaluatedKey"])
        self.assertEqual(self.numbers(first) + self.numbers(rest), list(range(6)))
        self.assertEqual(self.numbers(self.table.scan(FilterExpression=mine & Attr("state").eq("sent"))), [4, 5])

    def test_batch_writer(self):
        with self.table.batch_writer(overwrite_by_pkeys=["customer", "number"]) as batch:
            for number in range(60):
                batch.put_item(Item={"customer": self.customer, "number": number})
            batch.put_item(Item={"customer": self.customer, "number": 59, "price": 1})
            batch.delete_item(Key={"customer": self.customer, "number": 0})
        answer = self.table.query(KeyConditionExpression=Key("customer").eq(self.customer))
        self.assertEqual(self.numbers(answer), list(range(1, 60)))
        self.assertEqual(answer["Items"][-1]["price"], 1)

    def test_batch_get(self):
        self.put(1, price=1)
        answer = self.resource.batch_get_item(RequestItems={
            "orders": {"Keys": [{"customer": self.customer, "number": n} for n in (1, 2)]},
        })
        self.assertEqual(answer["Responses"]["orders"], [{"customer": self.customer, "number": 1, "price": 1}])


if __name__ == "__main__":
    unittest.main()
