// Queues through the SDK's version 2, which speaks the query protocol to the URL of
// the queue and checks the digests of messages.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import AWS from 'aws-sdk'

const { ENDPOINT } = process.env
const sqs = new AWS.SQS({ endpoint: ENDPOINT, region: 'us-east-1', maxRetries: 0 })

async function create(name = `v2-${randomUUID()}`, Attributes = {}) {
  const { QueueUrl } = await sqs.createQueue({ QueueName: name, Attributes }).promise()
  return QueueUrl
}

async function receive(QueueUrl, more = {}) {
  const out = await sqs.receiveMessage({
    QueueUrl, WaitTimeSeconds: 1, MessageAttributeNames: ['All'], AttributeNames: ['All'], ...more,
  }).promise()
  return out.Messages ?? []
}

test('a message with attributes of each type', async () => {
  const QueueUrl = await create()
  const MessageBody = 'é🦀 <&>"\'\r\n\t'
  await sqs.sendMessage({
    QueueUrl,
    MessageBody,
    MessageAttributes: {
      Author: { DataType: 'String', StringValue: 'é <&>' },
      Weeks: { DataType: 'Number.int', StringValue: '6' },
      Cover: { DataType: 'Binary.png', BinaryValue: Buffer.from([0, 255, 10]) },
    },
  }).promise()
  const [{ Body, MessageAttributes, Attributes, ReceiptHandle }] = await receive(QueueUrl)
  assert.equal(Body, MessageBody)
  assert.equal(MessageAttributes.Author.StringValue, 'é <&>')
  assert.equal(MessageAttributes.Weeks.DataType, 'Number.int')
  assert.deepEqual([...MessageAttributes.Cover.BinaryValue], [0, 255, 10])
  assert.equal(Attributes.ApproximateReceiveCount, '1')
  await sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }).promise()
  const [again] = await receive(QueueUrl)
  await sqs.deleteMessage({ QueueUrl, ReceiptHandle: again.ReceiptHandle }).promise()
  assert.deepEqual(await receive(QueueUrl), [])
})

test('batches', async () => {
  const QueueUrl = await create()
  const Entries = [...'abcd'].map((c) => ({ Id: c, MessageBody: c === 'd' ? '\0' : c }))
  const sent = await sqs.sendMessageBatch({ QueueUrl, Entries }).promise()
  assert.equal(sent.Successful.length, 3)
  assert.deepEqual(sent.Failed.map((f) => [f.Id, f.Code, f.SenderFault]), [['d', 'InvalidMessageContents', true]])
  const got = await receive(QueueUrl, { MaxNumberOfMessages: 10 })
  assert.equal(got.map((m) => m.Body).join(''), 'abc')
  const removed = await sqs.deleteMessageBatch({
    QueueUrl, Entries: got.map(({ Body, ReceiptHandle }) => ({ Id: Body, ReceiptHandle })),
  }).promise()
  assert.equal(removed.Successful.length, 3)
})

test('a poll waits for a message', async () => {
  const QueueUrl = await create()
  const poll = receive(QueueUrl, { WaitTimeSeconds: 20 })
  await sqs.sendMessage({ QueueUrl, MessageBody: 'wake' }).promise()
  const [{ Body }] = await poll
  assert.equal(Body, 'wake')
})

test('FIFO', async () => {
  const QueueUrl = await create(`v2-${randomUUID()}.fifo`, { FifoQueue: 'true', ContentBasedDeduplication: 'true' })
  for (const MessageBody of ['1', '2', '2']) {
    const { SequenceNumber } = await sqs.sendMessage({ QueueUrl, MessageBody, MessageGroupId: 'g' }).promise()
    assert.match(SequenceNumber, /^\d{20}$/)
  }
  assert.deepEqual((await receive(QueueUrl, { MaxNumberOfMessages: 10 })).map((m) => m.Body), ['1', '2'])
})

test('tags and attributes', async () => {
  const QueueUrl = await create()
  await sqs.tagQueue({ QueueUrl, Tags: { a: '1', b: '2' } }).promise()
  await sqs.untagQueue({ QueueUrl, TagKeys: ['a'] }).promise()
  assert.deepEqual((await sqs.listQueueTags({ QueueUrl }).promise()).Tags, { b: '2' })
  await sqs.setQueueAttributes({ QueueUrl, Attributes: { DelaySeconds: '3' } }).promise()
  const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['DelaySeconds'] }).promise()
  assert.deepEqual(Attributes, { DelaySeconds: '3' })
})

test('errors have codes', async () => {
  const QueueUrl = await create()
  for (const [call, statusCode, code, message] of [
    [sqs.sendMessage({ QueueUrl: `${QueueUrl}-not`, MessageBody: 'x' }), 400, 'AWS.SimpleQueueService.NonExistentQueue', /for this wsdl version/],
    [sqs.deleteMessage({ QueueUrl, ReceiptHandle: 'garbage' }), 404, 'ReceiptHandleIsInvalid', /"garbage" is not a valid receipt handle/],
    [sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 21 }), 400, 'InvalidParameterValue', /Value 21 for parameter WaitTimeSeconds/],
    [sqs.sendMessageBatch({ QueueUrl, Entries: [] }), 400, 'MissingParameter', /SendMessageBatchRequestEntry.1.Id/],
  ]) {
    await assert.rejects(call.promise(), (err) => {
      assert.equal(err.code, code)
      assert.equal(err.statusCode, statusCode)
      assert.match(err.message, message)
      assert.match(err.requestId, /^[0-9a-f-]{36}$/)
      return true
    })
  }
})
