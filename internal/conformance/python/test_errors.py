"""Errors arrive as the classes of botocore that people catch."""

import unittest

from botocore.exceptions import ClientError

import shop


class Errors(unittest.TestCase):
    def setUp(self):
        self.c = shop.client(attempts=1)
        self.at = {"TableName": shop.orders(), "Key": shop.key(shop.customer(), 1)}

    def refused(self, code, message, call, **parameters):
        with self.assertRaises(ClientError) as raised:
            call(**parameters)
        answer = raised.exception.response
        self.assertEqual(answer["Error"]["Code"], code)
        self.assertIn(message, answer["Error"]["Message"])
        self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 400)
        self.assertTrue(answer["ResponseMetadata"]["RequestId"])
        return raised.exception

    def test_not_found(self):
        refusal = self.refused("ResourceNotFoundException", "Requested resource not found",
                               self.c.get_item, TableName="nothing", Key=shop.key("a", 1))
        self.assertIsInstance(refusal, self.c.exceptions.ResourceNotFoundException)
        self.refused("ResourceNotFoundException", "Requested resource not found: Table: nothing not found",
                     self.c.describe_table, TableName="nothing")

    def test_validation(self):
        for message, call, parameters in (
            ("The provided key element does not match the schema", self.c.get_item, {"Key": {"customer": {"S": "a"}}}),
            ("Invalid UpdateExpression: Syntax error", self.c.update_item, {"UpdateExpression": "SET a ="}),
            ("Attribute name is a reserved keyword; reserved keyword: total", self.c.get_item, {"ProjectionExpression": "total"}),
            ("Cannot update attribute number. This attribute is part of the key", self.c.update_item,
             {"UpdateExpression": "REMOVE #n", "ExpressionAttributeNames": {"#n": "number"}}),
            ("An expression attribute value used in expression is not defined; attribute value: :v", self.c.delete_item,
             {"ConditionExpression": "price = :v"}),
            ("Can not use both expression and non-expression parameters in the same request", self.c.get_item,
             {"ProjectionExpression": "price", "AttributesToGet": ["price"]}),
            ("1 validation error detected: Empty attribute name", self.c.update_item,
             {"UpdateExpression": "SET m = :v", "ExpressionAttributeValues": {":v": {"M": {"": {"S": "x"}}}}}),
        ):
            with self.subTest(message):
                self.refused("ValidationException", message, call, **{**self.at, **parameters})

    def test_size(self):
        self.refused("ValidationException", "Item size has exceeded the maximum allowed size", self.c.put_item,
                     TableName=shop.orders(), Item={**self.at["Key"], "text": {"S": "x" * 409_600}})

    def test_condition(self):
        refusal = self.refused("ConditionalCheckFailedException", "The conditional request failed",
                               self.c.delete_item, **self.at, ConditionExpression="attribute_exists(customer)")
        self.assertIsInstance(refusal, self.c.exceptions.ConditionalCheckFailedException)

    def test_throttled(self):
        self.c.create_table(
            TableName="small",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
        )
        shop.wait("table_exists", "small", self.c)
        item = {"id": {"S": "a"}, "text": {"S": "x" * 400_000}}
        with self.assertRaises(self.c.exceptions.ProvisionedThroughputExceededException):
            for _ in range(3):  # 391 units each; the burst has 300
                self.c.put_item(TableName="small", Item=item)


if __name__ == "__main__":
    unittest.main()
