"""Tables from creation to deletion, with the waiters that people use."""

import unittest

from boto3.dynamodb.conditions import Key

import shop


class Tables(unittest.TestCase):
    def test_low_level(self):
        c = shop.client()
        made = c.create_table(**{**shop.ORDERS, "TableName": "low-level"})["TableDescription"]
        self.assertEqual(made["TableStatus"], "CREATING")
        self.assertEqual(made["TableArn"], "arn:aws:dynamodb:us-east-1:123456789012:table/low-level")
        with self.assertRaises(c.exceptions.ResourceNotFoundException):
            c.get_item(TableName="low-level", Key=shop.key("a", 1))
        shop.wait("table_exists", "low-level", c)

        told = c.describe_table(TableName="low-level")["Table"]
        self.assertEqual(told["TableStatus"], "ACTIVE")
        self.assertEqual(told["KeySchema"], shop.ORDERS["KeySchema"])
        self.assertEqual(told["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST")
        self.assertEqual([i["IndexName"] for i in told["LocalSecondaryIndexes"]], ["by-state"])
        index = told["GlobalSecondaryIndexes"][0]
        self.assertEqual(index["IndexStatus"], "ACTIVE")
        self.assertEqual(index["Projection"], {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["price"]})
        self.assertIsNotNone(told["CreationDateTime"].tzinfo)

        with self.assertRaises(c.exceptions.ResourceInUseException):
            c.create_table(**{**shop.ORDERS, "TableName": "low-level"})
        self.assertEqual(c.delete_table(TableName="low-level")["TableDescription"]["TableStatus"], "DELETING")
        shop.wait("table_not_exists", "low-level", c)
        with self.assertRaises(c.exceptions.ResourceNotFoundException):
            c.delete_table(TableName="low-level")

    def test_resource(self):
        table = shop.resource().create_table(
            TableName="readings",
            AttributeDefinitions=[{"AttributeName": "sensor", "AttributeType": "B"}],
            KeySchema=[{"AttributeName": "sensor", "KeyType": "HASH"}],
            ProvisionedThroughput={"ReadCapacityUnits": 3, "WriteCapacityUnits": 2},
        )
        self.assertEqual(table.table_status, "CREATING")
        shop.wait("table_exists", "readings", table.meta.client)
        table.reload()
        self.assertEqual(table.table_status, "ACTIVE")
        self.assertEqual(table.provisioned_throughput["WriteCapacityUnits"], 2)
        table.put_item(Item={"sensor": b"\x00\xff"})
        found = table.query(KeyConditionExpression=Key("sensor").eq(b"\x00\xff"))
        self.assertEqual(bytes(found["Items"][0]["sensor"]), b"\x00\xff")
        table.delete()
        shop.wait("table_not_exists", "readings", table.meta.client)

    def test_list_pages(self):
        c = shop.client()
        names = [f"listed-{n}" for n in range(5)]
        for name in names:
            c.create_table(**{**shop.ORDERS, "TableName": name})
        pages = list(c.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 2}))
        self.assertGreaterEqual(len(pages), 3)
        listed = [name for page in pages for name in page["TableNames"]]
        self.assertEqual(listed, sorted(listed))
        self.assertLessEqual(set(names), set(listed))
        self.assertIn("listed-0", [table.name for table in shop.resource().tables.all()])


if __name__ == "__main__":
    unittest.main()
