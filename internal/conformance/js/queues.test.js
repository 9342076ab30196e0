// Queues through the SDK, which speaks JSON and checks the digests of messages.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import {
  ChangeMessageVisibilityCommand, CreateQueueCommand, DeleteMessageBatchCommand, DeleteMessageCommand, DeleteQueueCommand,
  GetQueueAttributesCommand, GetQueueUrlCommand, paginateListQueues, PurgeQueueCommand, PurgeQueueInProgress,
  QueueDoesNotExist, ReceiptHandleIsInvalid, ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand,
  SQSClient, SQSServiceException,
} from '@aws-sdk/client-sqs'

const { ENDPOINT } = process.env
const client = new SQSClient({ endpoint: ENDPOINT, maxAttempts: 1 })

/** Makes a queue and returns its URL. */
async function create(name = `js-${randomUUID()}`, Attributes = {}) {
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes }))
  return QueueUrl
}

async function receive(QueueUrl, more = {}) {
  const out = await client.send(new ReceiveMessageCommand({
    QueueUrl, WaitTimeSeconds: 1, MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'], ...more,
  }))
  return out.Messages ?? []
}

test('a message with attributes of each type', async () => {
  const QueueUrl = await create()
  assert.ok(QueueUrl.startsWith(`${ENDPOINT}/123456789012/js-`))
  const MessageBody = 'é🦀 <&>"\'\r\n\t'
  const MessageAttributes = {
    Author: { DataType: 'String', StringValue: 'é <&>' },
    Weeks: { DataType: 'Number.int', StringValue: '6' },
    Cover: { DataType: 'Binary.png', BinaryValue: new Uint8Array([0, 255, 10]) },
  }
  const sent = await client.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }))
  const [got] = await receive(QueueUrl)
  assert.equal(got.Body, MessageBody)
  assert.equal(got.MessageId, sent.MessageId)
  assert.deepEqual(got.MessageAttributes, MessageAttributes)
  assert.equal(got.Attributes.ApproximateReceiveCount, '1')
  const { ReceiptHandle } = got
  await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }))
  const [again] = await receive(QueueUrl)
  assert.equal(again.Attributes.ApproximateReceiveCount, '2')
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: again.ReceiptHandle }))
  assert.deepEqual(await receive(QueueUrl), [])
  await client.send(new DeleteQueueCommand({ QueueUrl }))
})

test('batches', async () => {
  const QueueUrl = await create()
  const Entries = [...'abcdefghij'].map((c) => ({ Id: c, MessageBody: c === 'd' ? '\0' : c }))
  const sent = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
  assert.equal(sent.Successful.length, 9)
  assert.deepEqual(sent.Failed.map((f) => [f.Id, f.Code, f.SenderFault]), [['d', 'InvalidMessageContents', true]])
  const got = await receive(QueueUrl, { MaxNumberOfMessages: 10 })
  assert.equal(got.map((m) => m.Body).join(''), 'abcefghij')
  const removed = await client.send(new DeleteMessageBatchCommand({
    QueueUrl, Entries: got.map(({ Body, ReceiptHandle }) => ({ Id: Body, ReceiptHandle })),
  }))
  assert.equal(removed.Successful.length, 9)
})

test('a poll waits for a message, and ends with its client', async () => {
  const QueueUrl = await create()
  const poll = receive(QueueUrl, { WaitTimeSeconds: 20 })
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'wake' }))
  const [{ Body }] = await poll
  assert.equal(Body, 'wake')
  const leaving = AbortSignal.timeout(200)
  const given = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20, VisibilityTimeout: 1 }), { abortSignal: leaving })
  await assert.rejects(given, { name: 'AbortError' })
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'later' }))
  // The client that has left may have got it, if the server did not know yet.
  assert.deepEqual((await receive(QueueUrl, { WaitTimeSeconds: 20 })).map((m) => m.Body), ['later'])
})

test('FIFO', async () => {
  const QueueUrl = await create(`js-${randomUUID()}.fifo`, { FifoQueue: 'true', ContentBasedDeduplication: 'true' })
  for (const MessageBody of ['1', '2', '2', '3']) {
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId: 'g' }))
  }
  const got = await receive(QueueUrl, { MaxNumberOfMessages: 2 })
  assert.deepEqual(got.map((m) => m.Body), ['1', '2'])
  assert.deepEqual(await receive(QueueUrl), [])
  for (const { ReceiptHandle } of got) await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
  assert.deepEqual((await receive(QueueUrl)).map((m) => m.Body), ['3'])
})

test('names and pages', async () => {
  const prefix = `js-${randomUUID()}`
  const made = []
  for (const n of [1, 2, 3]) made.push(await create(`${prefix}-${n}`))
  const listed = []
  for await (const page of paginateListQueues({ client, pageSize: 2 }, { QueueNamePrefix: prefix })) {
    listed.push(...page.QueueUrls)
  }
  assert.deepEqual(listed, made)
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: `${prefix}-2` }))
  assert.equal(QueueUrl, made[1])
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }))
  assert.deepEqual(Attributes, { QueueArn: `arn:aws:sqs:us-east-1:123456789012:${prefix}-2` })
})

test('errors are classes, with the status and the code of the query protocol', async () => {
  const QueueUrl = await create()
  await client.send(new PurgeQueueCommand({ QueueUrl }))
  const MessageBody = 'x'
  for (const [command, type, status, code] of [
    [new SendMessageCommand({ QueueUrl: `${QueueUrl}-not`, MessageBody }), QueueDoesNotExist, 400, 'AWS.SimpleQueueService.NonExistentQueue'],
    [new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'garbage' }), ReceiptHandleIsInvalid, 404, 'ReceiptHandleIsInvalid'],
    [new PurgeQueueCommand({ QueueUrl }), PurgeQueueInProgress, 403, 'AWS.SimpleQueueService.PurgeQueueInProgress'],
    [new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 11 }), SQSServiceException, 400, 'InvalidParameterValue'],
  ]) {
    await assert.rejects(client.send(command), (err) => {
      assert.ok(err instanceof type, `${err} is no ${type.name}`)
      assert.equal(err.Code ?? err.Error?.Code, code)
      assert.equal(err.$metadata.httpStatusCode, status)
      assert.match(err.$metadata.requestId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
      return true
    })
  }
})
