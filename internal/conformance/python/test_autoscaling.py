"""Application Auto Scaling through the low-level client."""

import time
import unittest
import uuid

import boto3
from botocore.config import Config

import shop

ONCE = Config(retries={"total_max_attempts": 1})


class AutoScaling(unittest.TestCase):
    def setUp(self):
        self.c = boto3.client("application-autoscaling", endpoint_url=shop.ENDPOINT, config=ONCE)
        self.tables = boto3.client("dynamodb", endpoint_url=shop.ENDPOINT, config=ONCE)
        self.watch = boto3.client("cloudwatch", endpoint_url=shop.ENDPOINT, config=ONCE)
        self.table = "py-" + uuid.uuid4().hex
        self.tables.create_table(
            TableName=self.table, AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5})
        self.tables.get_waiter("table_exists").wait(TableName=self.table, WaiterConfig={"Delay": 1})
        self.scalable = {
            "ServiceNamespace": "dynamodb", "ResourceId": "table/" + self.table, "ScalableDimension": "dynamodb:table:ReadCapacityUnits"}

    def put_policy(self):
        return self.c.put_scaling_policy(
            **self.scalable, PolicyName="p", PolicyType="TargetTrackingScaling", TargetTrackingScalingPolicyConfiguration={
                "TargetValue": 70.0, "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"}})

    def thresholds(self, names):
        alarms = self.watch.describe_alarms(AlarmNames=names)["MetricAlarms"]
        return sorted((a["MetricName"], a["ComparisonOperator"], a["Threshold"]) for a in alarms)

    def test_the_alarms_of_a_policy_follow_the_table(self):
        self.c.register_scalable_target(**self.scalable, MinCapacity=1, MaxCapacity=100)
        first = [a["AlarmName"] for a in self.put_policy()["Alarms"]]
        self.assertEqual(self.thresholds(first), [
            ("ConsumedReadCapacityUnits", "GreaterThanThreshold", 210.0), ("ConsumedReadCapacityUnits", "LessThanThreshold", 150.0),
            ("ProvisionedReadCapacityUnits", "GreaterThanThreshold", 5.0), ("ProvisionedReadCapacityUnits", "LessThanThreshold", 5.0)])
        self.tables.update_table(TableName=self.table, ProvisionedThroughput={"ReadCapacityUnits": 10, "WriteCapacityUnits": 5})
        while True:  # the change takes a second or two
            policy = self.c.describe_scaling_policies(ServiceNamespace="dynamodb", ResourceId=self.scalable["ResourceId"])["ScalingPolicies"][0]
            names = [a["AlarmName"] for a in policy["Alarms"]]
            if names != first:
                break
            time.sleep(0.1)
        self.assertEqual(self.thresholds(first), [])
        self.assertEqual(self.thresholds(names)[0], ("ConsumedReadCapacityUnits", "GreaterThanThreshold", 420.0))
        self.c.deregister_scalable_target(**self.scalable)
        self.assertEqual(self.thresholds(names), [])

    def test_suspension(self):
        self.c.register_scalable_target(**self.scalable, MinCapacity=1, MaxCapacity=100, SuspendedState={"DynamicScalingInSuspended": True})
        self.c.register_scalable_target(**self.scalable, MaxCapacity=50)
        target = self.c.describe_scalable_targets(ServiceNamespace="dynamodb", ResourceIds=[self.scalable["ResourceId"]])["ScalableTargets"][0]
        self.assertEqual((target["MinCapacity"], target["MaxCapacity"]), (1, 50))
        self.assertEqual(target["SuspendedState"], {
            "DynamicScalingInSuspended": True, "DynamicScalingOutSuspended": False, "ScheduledScalingSuspended": False})

    def test_refusals(self):
        with self.assertRaises(self.c.exceptions.ObjectNotFoundException):
            self.put_policy()
        self.c.register_scalable_target(**self.scalable, MinCapacity=1, MaxCapacity=100)
        with self.assertRaises(self.c.exceptions.ValidationException):
            self.c.put_scaling_policy(**self.scalable, PolicyName="p", PolicyType="StepScaling", StepScalingPolicyConfiguration={
                "AdjustmentType": "ChangeInCapacity", "StepAdjustments": [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}]})
        with self.assertRaises(self.c.exceptions.InvalidNextTokenException):
            self.c.describe_scaling_policies(ServiceNamespace="dynamodb", NextToken="?")
