// SNS through the SDK.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { test } from 'node:test'
import {
  CreateTopicCommand, DeleteTopicCommand, GetTopicAttributesCommand, InvalidParameterException, NotFoundException, PublishCommand,
  SetTopicAttributesCommand, SNSClient, SubscribeCommand, TagResourceCommand, ListTagsForResourceCommand, UnsubscribeCommand,
  paginateListSubscriptionsByTopic, paginateListTopics,
} from '@aws-sdk/client-sns'

const { ENDPOINT } = process.env
const client = new SNSClient({ endpoint: ENDPOINT, maxAttempts: 1 })

async function makeTopic() {
  const { TopicArn } = await client.send(new CreateTopicCommand({ Name: `js-${randomUUID()}` }))
  return TopicArn
}

async function all(pages, key) {
  const found = []
  for await (const page of pages) found.push(...page[key])
  return found
}

test('a receiver confirms by the URL that it is told, and gets what is published', async (t) => {
  const TopicArn = await makeTopic()
  const letters = []
  let arrived = () => {}
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => { text += chunk })
    request.on('end', () => {
      letters.push({ headers: request.headers, letter: JSON.parse(text) })
      response.end()
      arrived()
    })
  }).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const next = async () => {
    while (letters.length === 0) await new Promise((resolve) => { arrived = resolve })
    return letters.shift()
  }
  const Endpoint = `http://127.0.0.1:${server.address().port}/`
  const { SubscriptionArn } = await client.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint }))
  assert.equal(SubscriptionArn, 'pending confirmation')
  const { letter: asked } = await next()
  assert.match(await (await fetch(asked.SubscribeURL)).text(), /<ConfirmSubscriptionResponse /)
  const { MessageId } = await client.send(new PublishCommand({
    TopicArn, Subject: 'a subject', Message: JSON.stringify({ default: 'for all', http: 'for HTTP' }), MessageStructure: 'json',
    MessageAttributes: { n: { DataType: 'Number', StringValue: '1.50' } },
  }))
  const { headers, letter } = await next()
  assert.equal(letter.MessageId, MessageId)
  assert.equal(letter.Message, 'for HTTP')
  assert.deepEqual(letter.MessageAttributes, { n: { Type: 'Number', Value: '1.50' } })
  assert.equal(headers['x-amz-sns-message-type'], 'Notification')
  assert.equal(headers['content-type'], 'text/plain; charset=UTF-8')
  assert.equal(headers['user-agent'], 'Amazon Simple Notification Service Agent')
  const [subscription] = await all(paginateListSubscriptionsByTopic({ client }, { TopicArn }), 'Subscriptions')
  assert.equal(headers['x-amz-sns-subscription-arn'], subscription.SubscriptionArn)
  await client.send(new UnsubscribeCommand({ SubscriptionArn: subscription.SubscriptionArn }))
  assert.deepEqual(await all(paginateListSubscriptionsByTopic({ client }, { TopicArn }), 'Subscriptions'), [])
})

test('topics have attributes and tags', async () => {
  const TopicArn = await makeTopic()
  await client.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'DisplayName', AttributeValue: 'News' }))
  const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn }))
  assert.equal(Attributes.DisplayName, 'News')
  assert.equal(JSON.parse(Attributes.EffectiveDeliveryPolicy).http.defaultHealthyRetryPolicy.numRetries, 3)
  await client.send(new TagResourceCommand({ ResourceArn: TopicArn, Tags: [{ Key: 'a', Value: 'b' }] }))
  assert.deepEqual((await client.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn }))).Tags, [{ Key: 'a', Value: 'b' }])
  assert.ok((await all(paginateListTopics({ client }, {}), 'Topics')).some((topic) => topic.TopicArn === TopicArn))
  await client.send(new DeleteTopicCommand({ TopicArn }))
  await assert.rejects(client.send(new PublishCommand({ TopicArn, Message: 'a' })), NotFoundException)
})

test('what is wrong has the SDK\'s errors', async () => {
  const TopicArn = await makeTopic()
  await assert.rejects(client.send(new PublishCommand({ TopicArn, Message: '' })), (error) => {
    assert.ok(error instanceof InvalidParameterException)
    assert.equal(error.message, 'Invalid parameter: Empty message')
    return true
  })
  await assert.rejects(
    client.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: 'http://127.0.0.1:1/' })), { message: 'Invalid parameter: Unreachable Endpoint' },
  )
})
