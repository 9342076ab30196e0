// sqs-consumer, a library that applications of others use: it polls, calls a
// handler, deletes what was handled and returns what failed.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { test } from 'node:test'
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { Consumer } from 'sqs-consumer'

const sqs = new SQSClient({ endpoint: process.env.ENDPOINT })

async function create(Attributes = {}) {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `consumer-${randomUUID()}`, Attributes }))
  return QueueUrl
}

async function counts(QueueUrl) {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible']
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }))
  return AttributeNames.map((name) => Number(Attributes[name]))
}

async function stop(consumer) {
  const stopped = once(consumer, 'stopped')
  consumer.stop()
  return stopped
}

/** Runs a consumer until done() is true after one of its events. */
async function consume(options, event, done) {
  const consumer = Consumer.create({ sqs, waitTimeSeconds: 1, ...options })
  const errors = []
  consumer.on('error', (err) => errors.push(err))
  consumer.on('timeout_error', (err) => errors.push(err))
  consumer.start()
  do await once(consumer, event)
  while (!done())
  await stop(consumer)
  assert.deepEqual(errors, [])
}

test('each message is handled once and deleted', async () => {
  const queueUrl = await create()
  const ids = [...Array(25).keys()].map(String)
  for (let i = 0; i < ids.length; i += 10) {
    const Entries = ids.slice(i, i + 10).map((Id) => ({ Id, MessageBody: Id }))
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }))
  }
  const handled = []
  await consume({
    queueUrl,
    batchSize: 10,
    handleMessage: async (message) => { handled.push(message.Body); return message },
  }, 'response_processed', () => handled.length === ids.length)
  assert.deepEqual(handled.toSorted((a, b) => a - b), ids)
  assert.deepEqual(await counts(queueUrl), [0, 0])
})

test('a batch is handled as a whole', async () => {
  const queueUrl = await create()
  await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: [...'abc'].map((Id) => ({ Id, MessageBody: Id })) }))
  let batch = ''
  await consume({
    queueUrl,
    batchSize: 10,
    handleMessageBatch: async (messages) => { batch = messages.map((m) => m.Body).join(''); return messages },
  }, 'response_processed', () => batch !== '')
  assert.equal(batch, 'abc')
  assert.deepEqual(await counts(queueUrl), [0, 0])
})

test('a message whose handler fails comes again, and a slow one stays hidden', async () => {
  const queueUrl = await create({ VisibilityTimeout: '2' })
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: 'x' }))
  const seen = []
  const consumer = Consumer.create({
    sqs,
    queueUrl,
    waitTimeSeconds: 1,
    visibilityTimeout: 2,
    heartbeatInterval: 1,
    terminateVisibilityTimeout: true, // ChangeMessageVisibility to 0
    messageSystemAttributeNames: ['ApproximateReceiveCount'],
    handleMessage: async (message) => {
      seen.push(message.Attributes.ApproximateReceiveCount)
      if (seen.length === 1) throw new Error('fails once')
      await new Promise((resolve) => { setTimeout(resolve, 2500) }) // two heartbeats; a third one would meet the delete
      return message
    },
  })
  consumer.on('error', (err) => assert.fail(err))
  consumer.on('processing_error', () => {})
  consumer.start()
  await once(consumer, 'message_processed')
  await stop(consumer)
  assert.deepEqual(seen, ['1', '2'])
  assert.deepEqual(await counts(queueUrl), [0, 0])
})

test('a queue that is not there is an error of the consumer', async () => {
  const queueUrl = `${await create()}-not`
  const consumer = Consumer.create({ sqs, queueUrl, handleMessage: async (message) => message })
  const failed = once(consumer, 'error')
  consumer.start()
  const [err] = await failed
  consumer.stop({ abort: true })
  assert.match(err.message, /SQS receive message failed: The specified queue does not exist/)
})
