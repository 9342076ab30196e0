"""The parameters that expressions replaced, which old programs still send."""

import unittest

import shop


def compare(operator, *values):
    """A legacy condition."""
    return {"ComparisonOperator": operator, "AttributeValueList": list(values)}


class Legacy(unittest.TestCase):
    def setUp(self):
        self.c = shop.client()
        self.customer = shop.customer()
        self.mine = {"customer": compare("EQ", {"S": self.customer})}
        for n in range(5):
            self.c.put_item(TableName=shop.orders(), Item={
                **shop.key(self.customer, n), "price": {"N": str(n * 10)}, "tags": {"SS": ["a", "b"]},
            })

    def at(self, number):
        return {"TableName": shop.orders(), "Key": shop.key(self.customer, number)}

    def test_expected(self):
        failed = self.c.exceptions.ConditionalCheckFailedException
        item = {**shop.key(self.customer, 1), "price": {"N": "11"}}
        with self.assertRaises(failed):
            self.c.put_item(TableName=shop.orders(), Item=item, Expected={"customer": {"Exists": False}})
        self.c.put_item(TableName=shop.orders(), Item=item, Expected={"price": {"Value": {"N": "10"}}})
        two = {"price": compare("LT", {"N": "5"}), "tags": compare("NULL")}
        with self.assertRaises(failed):
            self.c.delete_item(**self.at(1), Expected=two)
        gone = self.c.delete_item(**self.at(1), Expected=two, ConditionalOperator="OR", ReturnValues="ALL_OLD")
        self.assertEqual(gone["Attributes"], item)

    def test_attribute_updates(self):
        answer = self.c.update_item(
            **self.at(2),
            AttributeUpdates={
                "price": {"Action": "ADD", "Value": {"N": "2.5"}},
                "tags": {"Action": "DELETE", "Value": {"SS": ["a"]}},
                "state": {"Value": {"S": "sent"}},
                "nothing": {"Action": "DELETE"},
            },
            Expected={"price": compare("BETWEEN", {"N": "20"}, {"N": "30"})},
            ReturnValues="ALL_NEW",
        )
        self.assertEqual(answer["Attributes"], {
            **shop.key(self.customer, 2), "price": {"N": "22.5"}, "tags": {"SS": ["b"]}, "state": {"S": "sent"},
        })

    def test_query(self):
        answer = self.c.query(
            TableName=shop.orders(),
            KeyConditions={**self.mine, "number": compare("GE", {"N": "1"})},
            QueryFilter={"price": compare("IN", {"N": "10"}, {"N": "30"}), "tags": compare("CONTAINS", {"S": "b"})},
            AttributesToGet=["price"],
        )
        self.assertEqual(answer["Items"], [{"price": {"N": "10"}}, {"price": {"N": "30"}}])

    def test_scan(self):
        answer = self.c.scan(
            TableName=shop.orders(),
            ScanFilter={**self.mine, "price": compare("GT", {"N": "20"})},
            AttributesToGet=["number"],
        )
        self.assertEqual(answer["Items"], [{"number": {"N": "3"}}, {"number": {"N": "4"}}])

    def test_attributes_to_get(self):
        self.assertEqual(self.c.get_item(**self.at(3), AttributesToGet=["price"])["Item"], {"price": {"N": "30"}})
        read = self.c.batch_get_item(RequestItems={
            shop.orders(): {"Keys": [shop.key(self.customer, 3)], "AttributesToGet": ["number", "nothing"]},
        })
        self.assertEqual(read["Responses"][shop.orders()], [{"number": {"N": "3"}}])


if __name__ == "__main__":
    unittest.main()
