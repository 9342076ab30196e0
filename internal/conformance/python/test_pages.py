"""Query and Scan through paginators, over the table and its indexes."""

import unittest

import shop


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.c = shop.client()
        cls.customer = shop.customer()
        cls.state = "open-" + cls.customer
        for n in range(12):
            cls.c.put_item(TableName=shop.orders(), Item={
                **shop.key(cls.customer, n),
                "state": {"S": cls.state if n % 2 else "sent"},
                "price": {"N": str(n * 10)},
                "notes": {"S": "x" * 200_000} if n == 11 else {"S": "short"},
            })

    def query(self, **parameters):
        """Returns the pages of the customer's orders."""
        values = {":c": {"S": self.customer}, **parameters.pop("values", {})}
        condition = "customer = :c" + parameters.pop("also", "")
        return list(self.c.get_paginator("query").paginate(
            TableName=shop.orders(),
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            **parameters,
        ))

    @staticmethod
    def numbers(pages):
        return [int(item["number"]["N"]) for page in pages for item in page.get("Items", [])]

    def test_pages(self):
        pages = self.query(PaginationConfig={"PageSize": 5})
        self.assertEqual(self.numbers(pages), list(range(12)))
        self.assertEqual([page["Count"] for page in pages], [5, 5, 2])
        self.assertEqual(pages[0]["LastEvaluatedKey"], shop.key(self.customer, 4))
        self.assertNotIn("LastEvaluatedKey", pages[2])

    def test_backwards(self):
        pages = self.query(ScanIndexForward=False, PaginationConfig={"PageSize": 5, "MaxItems": 7})
        self.assertEqual(self.numbers(pages), [11, 10, 9, 8, 7, 6, 5])

    def test_range(self):
        names = {"#n": "number"}
        bounds = {":a": {"N": "3"}, ":b": {"N": "6"}}
        pages = self.query(also=" AND #n BETWEEN :a AND :b", values=bounds, ExpressionAttributeNames=names)
        self.assertEqual(self.numbers(pages), [3, 4, 5, 6])
        pages = self.query(also=" AND #n > :a", values={":a": {"N": "9"}}, ExpressionAttributeNames=names)
        self.assertEqual(self.numbers(pages), [10, 11])

    def test_filter(self):
        pages = self.query(
            FilterExpression="price >= :p AND size(notes) < :long",
            values={":p": {"N": "80"}, ":long": {"N": "100"}},
            PaginationConfig={"PageSize": 4},
        )
        self.assertEqual(self.numbers(pages), [8, 9, 10])
        self.assertEqual([page["ScannedCount"] for page in pages], [4, 4, 4, 0])

    def test_count(self):
        pages = self.query(Select="COUNT", ReturnConsumedCapacity="TOTAL")
        self.assertEqual((pages[0]["Count"], pages[0]["ScannedCount"]), (12, 12))
        self.assertNotIn("Items", pages[0])
        self.assertEqual(pages[0]["ConsumedCapacity"]["CapacityUnits"], 25.0)

    def test_local_index(self):
        pages = self.query(
            IndexName="by-state",
            ConsistentRead=True,
            also=" AND begins_with(#s, :s)",
            values={":s": {"S": "open-"}},
            ExpressionAttributeNames={"#s": "state"},
            PaginationConfig={"PageSize": 4},
        )
        self.assertCountEqual(self.numbers(pages), [1, 3, 5, 7, 9, 11])  # equal keys are in no order
        self.assertEqual(set(pages[0]["LastEvaluatedKey"]), {"customer", "number", "state"})

    def test_global_index(self):
        answer = self.c.query(
            TableName=shop.orders(),
            IndexName="all-by-state",
            KeyConditionExpression="#s = :s AND #n < :n",
            ExpressionAttributeNames={"#s": "state", "#n": "number"},
            ExpressionAttributeValues={":s": {"S": self.state}, ":n": {"N": "4"}},
        )
        self.assertEqual(answer["Items"], [
            {**shop.key(self.customer, n), "state": {"S": self.state}, "price": {"N": str(10 * n)}} for n in (1, 3)
        ])

    def test_scan(self):
        def scan(**parameters):
            return self.numbers(self.c.get_paginator("scan").paginate(
                TableName=shop.orders(),
                FilterExpression="customer = :c",
                ExpressionAttributeValues={":c": {"S": self.customer}},
                ProjectionExpression="#n",
                ExpressionAttributeNames={"#n": "number"},
                **parameters,
            ))

        self.assertEqual(scan(PaginationConfig={"PageSize": 3}), list(range(12)))
        segments = [scan(Segment=n, TotalSegments=4) for n in range(4)]
        self.assertEqual(sum(segments, []), list(range(12)))
        self.assertEqual(len(scan(IndexName="by-state", ConsistentRead=True)), 12)


if __name__ == "__main__":
    unittest.main()
