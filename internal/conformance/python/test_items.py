"""Single items through the low-level client: every type, every answer."""

import unittest

import shop

DIGITS = "12345678901234567890.123456789012345678"  # 38 of them
EVERY_TYPE = {
    "s": {"S": "é\U0001f980"},
    "empty": {"S": ""},
    "n": {"N": DIGITS},
    "tiny": {"N": "-0.00000000000000000000000000000000000000000000000001"},
    "b": {"B": b"\x00\x01\xff"},
    "ss": {"SS": ["x", "y"]},
    "ns": {"NS": ["1", "-2.5"]},
    "bs": {"BS": [b"\x01", b"\x02"]},
    "bool": {"BOOL": False},
    "null": {"NULL": True},
    "l": {"L": [{"N": "1"}, {"L": []}, {"M": {}}]},
    "m": {"M": {"inner": {"M": {"deep": {"S": "x"}}}}},
}


class Items(unittest.TestCase):
    def setUp(self):
        self.c = shop.client()
        self.key = shop.key(shop.customer(), 1)
        self.at = {"TableName": shop.orders(), "Key": self.key}

    def put(self, **attributes):
        return self.c.put_item(TableName=shop.orders(), Item={**self.key, **attributes}, ReturnValues="ALL_OLD")

    def get(self, **parameters):
        return self.c.get_item(**self.at, ConsistentRead=True, **parameters).get("Item")

    def test_every_type(self):
        self.assertIsNone(self.get())
        self.assertNotIn("Attributes", self.put(**EVERY_TYPE))
        got = self.get()
        for name, value in EVERY_TYPE.items():
            ((kind, want),) = value.items()
            if kind in ("SS", "NS", "BS"):  # in no order
                self.assertCountEqual(got[name][kind], want)
            elif name == "tiny":
                self.assertEqual(float(got[name]["N"]), -1e-50)
            else:
                self.assertEqual(got[name], value)
        self.assertEqual(self.put(s={"S": "new"})["Attributes"]["n"], {"N": DIGITS})

    def test_projection(self):
        self.put(**EVERY_TYPE)
        got = self.get(
            ProjectionExpression="#s, m.#i.deep, l[0], nothing",
            ExpressionAttributeNames={"#s": "s", "#i": "inner"},
        )
        self.assertEqual(got, {
            "s": EVERY_TYPE["s"],
            "m": EVERY_TYPE["m"],
            "l": {"L": [{"N": "1"}]},
        })

    def test_update_expression(self):
        self.put(n={"N": "1"}, l={"L": [{"S": "a"}, {"S": "b"}]}, ss={"SS": ["x", "y"]}, m={"M": {}}, gone={"S": "x"})
        answer = self.c.update_item(
            **self.at,
            UpdateExpression="SET n = n - :three, l = list_append(:first, l), m.k = if_not_exists(m.k, :t)"
            " REMOVE gone ADD added :three DELETE ss :x",
            ConditionExpression="n < :three AND contains(ss, :y) AND size(l) = :two AND attribute_type(m, :map)"
            " AND NOT (begins_with(gone, :y) OR n BETWEEN :two AND :three) AND n IN (:two, :one)",
            ExpressionAttributeValues={
                ":one": {"N": "1"}, ":two": {"N": "2"}, ":three": {"N": "3"}, ":first": {"L": [{"S": "0"}]},
                ":t": {"BOOL": True}, ":x": {"SS": ["x"]}, ":y": {"S": "y"}, ":map": {"S": "M"},
            },
            ReturnValues="ALL_NEW",
        )
        want = {
            **self.key,
            "n": {"N": "-2"},
            "l": {"L": [{"S": "0"}, {"S": "a"}, {"S": "b"}]},
            "ss": {"SS": ["y"]},
            "m": {"M": {"k": {"BOOL": True}}},
            "added": {"N": "3"},
        }
        self.assertEqual(answer["Attributes"], want)
        self.assertEqual(self.get(), want)

    def test_return_values(self):
        def add(returned):
            return self.c.update_item(
                **self.at,
                UpdateExpression="ADD n :n",
                ExpressionAttributeValues={":n": {"N": "1"}},
                ReturnValues=returned,
            ).get("Attributes")

        self.assertIsNone(add("NONE"))
        self.assertEqual(add("UPDATED_OLD"), {"n": {"N": "1"}})
        self.assertEqual(add("UPDATED_NEW"), {"n": {"N": "3"}})
        self.assertEqual(add("ALL_OLD"), {**self.key, "n": {"N": "3"}})
        self.assertEqual(add("ALL_NEW"), {**self.key, "n": {"N": "5"}})
        deleted = self.c.delete_item(**self.at, ReturnValues="ALL_OLD")
        self.assertEqual(deleted["Attributes"]["n"], {"N": "5"})
        self.assertNotIn("Attributes", self.c.delete_item(**self.at, ReturnValues="ALL_OLD"))

    def test_consumed(self):
        answer = self.c.put_item(
            TableName=shop.orders(),
            Item={**self.key, "state": {"S": "open"}, "text": {"S": "x" * 1024}},
            ReturnConsumedCapacity="INDEXES",
            ReturnItemCollectionMetrics="SIZE",
        )
        consumed = answer["ConsumedCapacity"]
        self.assertEqual(consumed["CapacityUnits"], 5.0)
        self.assertEqual(consumed["Table"], {"CapacityUnits": 2.0})
        self.assertEqual(consumed["LocalSecondaryIndexes"], {"by-state": {"CapacityUnits": 2.0}})
        self.assertEqual(consumed["GlobalSecondaryIndexes"], {"all-by-state": {"CapacityUnits": 1.0}})
        metrics = answer["ItemCollectionMetrics"]
        self.assertEqual(metrics["ItemCollectionKey"], {"customer": self.key["customer"]})
        self.assertEqual(len(metrics["SizeEstimateRangeGB"]), 2)
        read = self.c.get_item(**self.at, ReturnConsumedCapacity="TOTAL")
        self.assertEqual(read["ConsumedCapacity"], {"TableName": shop.orders(), "CapacityUnits": 0.5})


if __name__ == "__main__":
    unittest.main()
