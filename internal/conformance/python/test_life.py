"""What a table goes through between its creation and its deletion."""

import time
import unittest

import boto3

import shop


def made(name, **more):
    """Makes a table and returns its ARN."""
    c = shop.client()
    c.create_table(
        **{
            "TableName": name,
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
            **more,
        }
    )
    shop.wait("table_exists", name, c)
    return c.describe_table(TableName=name)["Table"]["TableArn"]


class Life(unittest.TestCase):
    def test_throughput(self):
        c = shop.client()
        made("life-throughput")
        units = {"ReadCapacityUnits": 7, "WriteCapacityUnits": 4}
        told = c.update_table(TableName="life-throughput", ProvisionedThroughput=units)["TableDescription"]
        self.assertEqual(told["TableStatus"], "UPDATING")
        self.assertEqual(told["ProvisionedThroughput"]["ReadCapacityUnits"], 5)
        with self.assertRaises(c.exceptions.ResourceInUseException):
            c.update_table(TableName="life-throughput", ProvisionedThroughput={"ReadCapacityUnits": 8, "WriteCapacityUnits": 8})
        shop.wait("table_exists", "life-throughput", c)
        told = c.describe_table(TableName="life-throughput")["Table"]["ProvisionedThroughput"]
        self.assertEqual((told["ReadCapacityUnits"], told["WriteCapacityUnits"]), (7, 4))
        self.assertEqual(told["NumberOfDecreasesToday"], 1)

    def test_tags(self):
        c = shop.client()
        arn = made("life-tags", Tags=[{"Key": "team", "Value": "orders"}])
        c.tag_resource(ResourceArn=arn, Tags=[{"Key": "stage", "Value": "test"}])
        with self.assertRaisesRegex(c.exceptions.LimitExceededException, "Table tags are being updated: life-tags"):
            c.untag_resource(ResourceArn=arn, TagKeys=["team"])
        time.sleep(3)  # for so long AWS refuses the next change of tags
        c.untag_resource(ResourceArn=arn, TagKeys=["team"])
        self.assertEqual(c.list_tags_of_resource(ResourceArn=arn)["Tags"], [{"Key": "stage", "Value": "test"}])

    def test_time_to_live(self):
        c = shop.client()
        made("life-ttl")
        spec = {"AttributeName": "until", "Enabled": True}
        self.assertEqual(c.update_time_to_live(TableName="life-ttl", TimeToLiveSpecification=spec)["TimeToLiveSpecification"], spec)
        told = c.describe_time_to_live(TableName="life-ttl")["TimeToLiveDescription"]
        self.assertIn(told["TimeToLiveStatus"], ("ENABLING", "ENABLED"))
        with self.assertRaisesRegex(c.exceptions.ClientError, "TimeToLive is already enabled"):
            c.update_time_to_live(TableName="life-ttl", TimeToLiveSpecification=spec)

    def test_account(self):
        c = shop.client()
        limits = c.describe_limits()
        self.assertEqual((limits["TableMaxReadCapacityUnits"], limits["AccountMaxWriteCapacityUnits"]), (40_000, 80_000))
        self.assertEqual(c.describe_endpoints()["Endpoints"][0]["Address"], "dynamodb.us-east-1.amazonaws.com")
        made("life-backups")
        told = c.describe_continuous_backups(TableName="life-backups")["ContinuousBackupsDescription"]
        self.assertEqual(told["ContinuousBackupsStatus"], "ENABLED")


class Streams(unittest.TestCase):
    def test_records(self):
        c = shop.client()
        streams = boto3.client("dynamodbstreams", endpoint_url=shop.ENDPOINT)
        self.addCleanup(streams.close)
        made("life-stream", StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
        c.put_item(TableName="life-stream", Item={"id": {"S": "a"}, "n": {"N": "1"}})
        c.put_item(TableName="life-stream", Item={"id": {"S": "a"}, "n": {"N": "2"}})
        c.delete_item(TableName="life-stream", Key={"id": {"S": "a"}})

        arn = c.describe_table(TableName="life-stream")["Table"]["LatestStreamArn"]
        listed = streams.list_streams(TableName="life-stream")["Streams"]
        self.assertEqual([s["StreamArn"] for s in listed], [arn])
        told = streams.describe_stream(StreamArn=arn)["StreamDescription"]
        self.assertEqual((told["StreamStatus"], told["StreamViewType"]), ("ENABLED", "NEW_AND_OLD_IMAGES"))
        iterator = streams.get_shard_iterator(
            StreamArn=arn, ShardId=told["Shards"][0]["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        page = streams.get_records(ShardIterator=iterator)
        self.assertEqual([r["eventName"] for r in page["Records"]], ["INSERT", "MODIFY", "REMOVE"])
        changed = page["Records"][1]["dynamodb"]
        self.assertEqual((changed["OldImage"]["n"], changed["NewImage"]["n"]), ({"N": "1"}, {"N": "2"}))
        self.assertEqual(streams.get_records(ShardIterator=page["NextShardIterator"])["Records"], [])


if __name__ == "__main__":
    unittest.main()
