// Metrics and alarms through the SDK, which speaks CBOR and compresses large requests.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import {
  CloudWatchClient, DeleteAlarmsCommand, DescribeAlarmHistoryCommand, DescribeAlarmsCommand, GetMetricDataCommand,
  GetMetricStatisticsCommand, InvalidParameterValueException, ListTagsForResourceCommand, paginateListMetrics, PutCompositeAlarmCommand,
  PutMetricAlarmCommand, PutMetricDataCommand, ResourceNotFound, SetAlarmStateCommand, TagResourceCommand,
} from '@aws-sdk/client-cloudwatch'

const { ENDPOINT } = process.env
const client = new CloudWatchClient({ endpoint: ENDPOINT, maxAttempts: 1 })
const at = new Date(Math.floor(Date.now() / 60_000 - 20) * 60_000)
const later = (minutes) => new Date(at.getTime() + minutes * 60_000)

test('values, percentiles and expressions', async () => {
  const Namespace = `js-${randomUUID()}`
  await client.send(new PutMetricDataCommand({
    Namespace, MetricData: [{ MetricName: 'Latency', Unit: 'Milliseconds', Timestamp: at, Values: [1.5, 20, 60], Counts: [8, 1, 1] }],
  }))
  const { Datapoints } = await client.send(new GetMetricStatisticsCommand({
    Namespace, MetricName: 'Latency', StartTime: at, EndTime: later(5), Period: 300, ExtendedStatistics: ['p50', 'p90'],
  }))
  assert.deepEqual(Datapoints, [{ Timestamp: at, Unit: 'Milliseconds', ExtendedStatistics: { p50: 1.5, p90: 20 } }])
  const { MetricDataResults } = await client.send(new GetMetricDataCommand({
    StartTime: at, EndTime: later(5), MetricDataQueries: [
      { Id: 'm', ReturnData: false, MetricStat: { Metric: { Namespace, MetricName: 'Latency' }, Period: 60, Stat: 'Maximum' } },
      { Id: 'e', Expression: 'm / 2', Label: 'half' },
    ],
  }))
  assert.deepEqual(MetricDataResults, [{ Id: 'e', Label: 'half', Timestamps: [at], Values: [30], StatusCode: 'Complete' }])
})

test('a large request, and pages', async () => {
  const Namespace = `js-${randomUUID()}`
  const MetricData = Array.from({ length: 1000 }, (_, i) => ({ MetricName: `a metric with a long name ${i}`, Timestamp: at, Value: i }))
  await client.send(new PutMetricDataCommand({ Namespace, MetricData }))
  const sizes = []
  for await (const page of paginateListMetrics({ client }, { Namespace })) sizes.push(page.Metrics.length)
  assert.deepEqual(sizes, [500, 500])
})

test('alarms', async () => {
  const AlarmName = `js-${randomUUID()}`, above = `${AlarmName}-above`
  await client.send(new PutMetricAlarmCommand({
    AlarmName, Namespace: 'App', MetricName: 'Latency', ExtendedStatistic: 'p99', Period: 60, EvaluationPeriods: 5, DatapointsToAlarm: 3,
    Threshold: 0.5, ComparisonOperator: 'GreaterThanThreshold', TreatMissingData: 'notBreaching',
  }))
  await client.send(new PutCompositeAlarmCommand({ AlarmName: above, AlarmRule: `ALARM("${AlarmName}")` }))
  await client.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason: 'a test' }))
  const { MetricAlarms: [alarm], CompositeAlarms: [composite] } = await client.send(new DescribeAlarmsCommand({
    AlarmNamePrefix: AlarmName, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
  }))
  assert.equal(alarm.Threshold, 0.5)
  assert.ok(alarm.StateUpdatedTimestamp instanceof Date)
  assert.equal(composite.StateValue, 'ALARM')
  const { AlarmHistoryItems } = await client.send(new DescribeAlarmHistoryCommand({ AlarmName, HistoryItemType: 'StateUpdate' }))
  assert.equal(AlarmHistoryItems[0].HistorySummary, 'Alarm updated from INSUFFICIENT_DATA to ALARM')
  await client.send(new TagResourceCommand({ ResourceARN: alarm.AlarmArn, Tags: [{ Key: 'a', Value: 'b' }] }))
  const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceARN: alarm.AlarmArn }))
  assert.deepEqual(Tags, [{ Key: 'a', Value: 'b' }])
  await client.send(new DeleteAlarmsCommand({ AlarmNames: [above, AlarmName] }))
  await assert.rejects(client.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'OK', StateReason: 'a test' })), ResourceNotFound)
})

test('a refusal', async () => {
  const call = client.send(new PutMetricDataCommand({ Namespace: 'App', MetricData: [{ MetricName: 'm', Value: 1, Timestamp: new Date(0) }] }))
  await assert.rejects(call, (err) => {
    assert.ok(err instanceof InvalidParameterValueException)
    assert.match(err.message, /within the past two weeks/)
    return true
  })
})
