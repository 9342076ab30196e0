"""Metrics and alarms through the low-level client, which in Debian speaks the query protocol."""

import datetime
import unittest
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

import shop


class Metrics(unittest.TestCase):
    def setUp(self):
        self.c = boto3.client("cloudwatch", endpoint_url=shop.ENDPOINT, config=Config(retries={"total_max_attempts": 1}))
        self.namespace = "py-" + uuid.uuid4().hex
        self.at = datetime.datetime.now(datetime.timezone.utc).replace(second=0, microsecond=0) - datetime.timedelta(minutes=20)

    def test_values_and_percentiles(self):
        self.c.put_metric_data(Namespace=self.namespace, MetricData=[
            {"MetricName": "Latency", "Unit": "Milliseconds", "Timestamp": self.at, "Values": [1.5, 20, 60], "Counts": [8, 1, 1]},
        ])
        stats = self.c.get_metric_statistics(
            Namespace=self.namespace, MetricName="Latency", StartTime=self.at, EndTime=self.at + datetime.timedelta(minutes=5),
            Period=300, ExtendedStatistics=["p50", "p90", "tm80"])
        self.assertEqual(stats["Datapoints"], [
            {"Timestamp": self.at, "Unit": "Milliseconds", "ExtendedStatistics": {"p50": 1.5, "p90": 20.0, "tm80": 1.5}}])

    def test_a_large_request_is_compressed(self):
        self.c.put_metric_data(Namespace=self.namespace, MetricData=[
            {"MetricName": "a metric with a long name %d" % i, "Timestamp": self.at, "Value": i} for i in range(1000)])
        pages = list(self.c.get_paginator("list_metrics").paginate(Namespace=self.namespace))
        self.assertEqual([len(p["Metrics"]) for p in pages], [500, 500])
        data = self.c.get_metric_data(StartTime=self.at, EndTime=self.at + datetime.timedelta(minutes=1), ScanBy="TimestampAscending", MetricDataQueries=[
            {"Id": "m%d" % i, "MetricStat": {"Metric": {"Namespace": self.namespace, "MetricName": "a metric with a long name %d" % i}, "Period": 60, "Stat": "Sum"}}
            for i in (7, 999)])
        self.assertEqual([r["Values"] for r in data["MetricDataResults"]], [[7.0], [999.0]])

    def test_alarms(self):
        name = "py-" + uuid.uuid4().hex
        self.c.put_metric_alarm(
            AlarmName=name, Namespace=self.namespace, MetricName="Latency", ExtendedStatistic="p99", Period=60, EvaluationPeriods=5, DatapointsToAlarm=3,
            Threshold=100, ComparisonOperator="GreaterThanThreshold", TreatMissingData="notBreaching")
        alarm = self.c.describe_alarms(AlarmNamePrefix=name)["MetricAlarms"][0]
        self.assertEqual((alarm["Threshold"], alarm["DatapointsToAlarm"], alarm["StateValue"]), (100.0, 3, "INSUFFICIENT_DATA"))
        self.c.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test", StateReasonData='{"a":1}')
        summaries = [i["HistorySummary"] for i in self.c.describe_alarm_history(AlarmName=name)["AlarmHistoryItems"]]
        self.assertEqual(summaries, ["Alarm updated from INSUFFICIENT_DATA to ALARM", 'Alarm "%s" created' % name])
        self.c.tag_resource(ResourceARN=alarm["AlarmArn"], Tags=[{"Key": "a", "Value": "b"}])
        self.assertEqual(self.c.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"], [{"Key": "a", "Value": "b"}])
        self.c.delete_alarms(AlarmNames=[name])
        with self.assertRaises(self.c.exceptions.ResourceNotFound):
            self.c.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="a test")

    def test_a_year_ago(self):
        with self.assertRaises(ClientError) as raised:
            self.c.put_metric_data(Namespace=self.namespace, MetricData=[
                {"MetricName": "Latency", "Timestamp": self.at - datetime.timedelta(days=365), "Value": 1}])
        error = raised.exception.response["Error"]
        self.assertEqual((error["Type"], error["Code"], error["Message"]), (
            "Sender", "InvalidParameterValue",
            "The parameter MetricData.member.1.Timestamp must specify a time within the past two weeks."))
