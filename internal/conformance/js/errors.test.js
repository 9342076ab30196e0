// Errors arrive as the classes that people catch.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import {
  ConditionalCheckFailedException, DynamoDBClient, DynamoDBServiceException, ProvisionedThroughputExceededException,
  PutItemCommand, ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb'
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { createTable, documents, newCustomer } from './shop.js'

const TableName = 'js-errors'
const docs = documents()
before(() => createTable(TableName))

test('no such table', async () => {
  const sent = docs.send(new GetCommand({ TableName: 'js-nothing', Key: { customer: 'a', number: 1 } }))
  await assert.rejects(sent, (err) => {
    assert.ok(err instanceof ResourceNotFoundException)
    assert.equal(err.message, 'Requested resource not found')
    assert.equal(err.$metadata.httpStatusCode, 400)
    assert.match(err.$metadata.requestId, /^[0-9A-Z]{52}$/)
    return true
  })
})

test('a failed condition brings the item', async () => {
  const Item = { customer: newCustomer(), number: 1, price: 5 }
  const put = (more) => docs.send(new PutCommand({
    TableName, Item, ConditionExpression: 'attribute_not_exists(customer)', ...more,
  }))
  await put()
  await assert.rejects(put({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }), (err) => {
    assert.ok(err instanceof ConditionalCheckFailedException)
    assert.equal(err.message, 'The conditional request failed')
    assert.deepEqual(err.Item.price, { N: '5' })
    return true
  })
  await assert.rejects(put(), (err) => err instanceof ConditionalCheckFailedException && err.Item === undefined)
})

test('a request that is not valid', async () => {
  const update = new UpdateCommand({
    TableName, Key: { customer: 'a', number: 1 }, UpdateExpression: 'SET price = :p', ExpressionAttributeValues: { ':q': 1 },
  })
  await assert.rejects(docs.send(update), (err) => {
    assert.ok(err instanceof DynamoDBServiceException)
    assert.equal(err.name, 'ValidationException')
    assert.match(err.message, /^1 validation error detected: Invalid UpdateExpression: An expression attribute value used in expression is not defined/)
    return true
  })
})

test('more than the capacity', async () => {
  const small = 'js-small'
  await createTable(small, {
    BillingMode: 'PROVISIONED',
    ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: undefined,
  })
  const impatient = new DynamoDBClient({ endpoint: process.env.ENDPOINT, maxAttempts: 1 })
  const put = () => impatient.send(new PutItemCommand({
    TableName: small, Item: { id: { S: 'a' }, text: { S: 'x'.repeat(400_000) } }, // 391 units of a burst of 300
  }))
  await put()
  await assert.rejects(put(), (err) => {
    assert.ok(err instanceof ProvisionedThroughputExceededException)
    assert.deepEqual(err.ThrottlingReasons, [{
      reason: 'TableWriteProvisionedThroughputExceeded',
      resource: `arn:aws:dynamodb:us-east-1:123456789012:table/${small}`,
    }])
    return true
  })
})
