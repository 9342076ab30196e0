// Application Auto Scaling through the SDK.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import {
  ApplicationAutoScalingClient, DeleteScalingPolicyCommand, DeregisterScalableTargetCommand, DescribeScalableTargetsCommand,
  DescribeScheduledActionsCommand, ListTagsForResourceCommand, ObjectNotFoundException, paginateDescribeScalableTargets,
  paginateDescribeScalingActivities, paginateDescribeScalingPolicies, PutScalingPolicyCommand, PutScheduledActionCommand,
  RegisterScalableTargetCommand, TagResourceCommand, ValidationException,
} from '@aws-sdk/client-application-auto-scaling'
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb'

const { ENDPOINT } = process.env
const client = new ApplicationAutoScalingClient({ endpoint: ENDPOINT, maxAttempts: 1 })
const tables = new DynamoDBClient({ endpoint: ENDPOINT, maxAttempts: 1 })
const ServiceNamespace = 'dynamodb'

async function makeTable() {
  const TableName = `js-${randomUUID()}`
  await tables.send(new CreateTableCommand({
    TableName, AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }], KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
  }))
  await waitUntilTableExists({ client: tables, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { TableName })
  return TableName
}

async function until(found) {
  for (;;) {
    const it = await found()
    if (it) return it
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

test('a target moves its table into its bounds, and has policies, actions and tags', async () => {
  const TableName = await makeTable()
  const scalable = { ServiceNamespace, ResourceId: `table/${TableName}`, ScalableDimension: 'dynamodb:table:WriteCapacityUnits' }
  const { ScalableTargetARN: ResourceARN } = await client.send(new RegisterScalableTargetCommand({
    ...scalable, MinCapacity: 7, MaxCapacity: 200, Tags: { team: 'a' },
  }))
  await until(async () => {
    const { Table } = await tables.send(new DescribeTableCommand({ TableName }))
    return Table.ProvisionedThroughput.WriteCapacityUnits === 7 && Table.TableStatus === 'ACTIVE'
  })
  const activity = await until(async () => {
    for await (const page of paginateDescribeScalingActivities({ client }, { ServiceNamespace, ResourceId: scalable.ResourceId })) {
      return page.ScalingActivities.find((a) => a.StatusCode === 'Successful')
    }
  })
  assert.equal(activity.Description, 'Setting write capacity units to 7.')
  assert.equal(activity.Cause, 'minimum capacity was set to 7')
  assert.equal(activity.StatusMessage, 'Successfully set write capacity units to 7. Change successfully fulfilled by dynamodb.')
  assert.ok(activity.EndTime >= activity.StartTime)

  const { PolicyARN, Alarms } = await client.send(new PutScalingPolicyCommand({
    ...scalable, PolicyName: 'half', PolicyType: 'TargetTrackingScaling', TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 50, PredefinedMetricSpecification: { PredefinedMetricType: 'DynamoDBWriteCapacityUtilization' }, ScaleInCooldown: 60, ScaleOutCooldown: 60,
    },
  }))
  assert.equal(Alarms.length, 4)
  for await (const page of paginateDescribeScalingPolicies({ client }, { ServiceNamespace, PolicyNames: ['half'], ResourceId: scalable.ResourceId })) {
    assert.deepEqual(page.ScalingPolicies.map((p) => [p.PolicyARN, p.TargetTrackingScalingPolicyConfiguration.TargetValue]), [[PolicyARN, 50]])
    assert.ok(page.ScalingPolicies[0].CreationTime instanceof Date)
  }
  await client.send(new PutScheduledActionCommand({
    ...scalable, ScheduledActionName: 'morning', Schedule: 'cron(0 6 * * ? *)', Timezone: 'Europe/Berlin', ScalableTargetAction: { MinCapacity: 20 },
  }))
  const { ScheduledActions: [action] } = await client.send(new DescribeScheduledActionsCommand({ ServiceNamespace, ResourceId: scalable.ResourceId }))
  assert.equal(action.Timezone, 'Europe/Berlin')
  await client.send(new TagResourceCommand({ ResourceARN, Tags: { stage: 'test' } }))
  assert.deepEqual((await client.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags, { team: 'a', stage: 'test' })

  await client.send(new DeleteScalingPolicyCommand({ ...scalable, PolicyName: 'half' }))
  await assert.rejects(client.send(new DeleteScalingPolicyCommand({ ...scalable, PolicyName: 'half' })), ObjectNotFoundException)
  await client.send(new DeregisterScalableTargetCommand(scalable))
  const { ScalableTargets } = await client.send(new DescribeScalableTargetsCommand({ ServiceNamespace, ResourceIds: [scalable.ResourceId] }))
  assert.deepEqual(ScalableTargets, [])
})

test('pages', async () => {
  const TableName = await makeTable()
  for (const of of ['Read', 'Write']) {
    await client.send(new RegisterScalableTargetCommand({
      ServiceNamespace, ResourceId: `table/${TableName}`, ScalableDimension: `dynamodb:table:${of}CapacityUnits`, MinCapacity: 5, MaxCapacity: 10,
    }))
  }
  const found = []
  for await (const page of paginateDescribeScalableTargets({ client, pageSize: 1 }, { ServiceNamespace, ResourceIds: [`table/${TableName}`] })) {
    found.push(...page.ScalableTargets.map((t) => t.ScalableDimension))
  }
  assert.deepEqual(found, ['dynamodb:table:ReadCapacityUnits', 'dynamodb:table:WriteCapacityUnits'])
})

test('refusals', async () => {
  const scalable = { ServiceNamespace, ResourceId: 'table/nowhere', ScalableDimension: 'dynamodb:table:WriteCapacityUnits' }
  await assert.rejects(client.send(new DeregisterScalableTargetCommand(scalable)), (err) => {
    assert.ok(err instanceof ObjectNotFoundException)
    assert.match(err.message, /No scalable target found/)
    return true
  })
  await assert.rejects(client.send(new RegisterScalableTargetCommand({ ...scalable, MinCapacity: 5, MaxCapacity: 10 })), (err) => {
    assert.ok(err instanceof ValidationException)
    assert.match(err.message, /table\/nowhere/)
    return true
  })
})
