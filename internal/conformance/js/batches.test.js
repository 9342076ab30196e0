// Batches and transactions through the document client.
import assert from 'node:assert/strict'
import { before, beforeEach, test } from 'node:test'
import { IdempotentParameterMismatchException, TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand, BatchWriteCommand, QueryCommand, TransactGetCommand, TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb'
import { createTable, documents, newCustomer } from './shop.js'

const TableName = 'js-batches'
const docs = documents()
let customer
before(() => createTable(TableName))
beforeEach(() => { customer = newCustomer() })

const key = (number) => ({ customer, number })

async function put(...numbers) {
  const puts = numbers.map((number) => ({ PutRequest: { Item: { ...key(number), price: 10 } } }))
  const { UnprocessedItems } = await docs.send(new BatchWriteCommand({ RequestItems: { [TableName]: puts } }))
  assert.deepEqual(UnprocessedItems, {})
}

async function prices() {
  const { Items } = await docs.send(new QueryCommand({
    TableName, KeyConditionExpression: 'customer = :c', ExpressionAttributeValues: { ':c': customer },
  }))
  return Object.fromEntries(Items.map((item) => [item.number, item.price]))
}

const actions = () => [
  { Put: { TableName, Item: { ...key(1), price: 1 } } },
  {
    Update: {
      TableName,
      Key: key(2),
      UpdateExpression: 'SET price = price + :n',
      ExpressionAttributeValues: { ':n': 2 },
    },
  },
  { Delete: { TableName, Key: key(3) } },
  {
    ConditionCheck: {
      TableName,
      Key: key(4),
      ConditionExpression: 'price = :p',
      ExpressionAttributeValues: { ':p': 10 },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  },
]

test('a batch of writes and one of reads', async () => {
  await put(1, 2, 3)
  await docs.send(new BatchWriteCommand({ RequestItems: { [TableName]: [{ DeleteRequest: { Key: key(2) } }] } }))
  const { Responses, UnprocessedKeys } = await docs.send(new BatchGetCommand({
    RequestItems: { [TableName]: { Keys: [key(1), key(2), key(3)], ProjectionExpression: 'price' } },
  }))
  assert.deepEqual(Responses[TableName], [{ price: 10 }, { price: 10 }])
  assert.deepEqual(UnprocessedKeys, {})
})

test('a transaction has its effect once', async () => {
  await put(2, 3, 4)
  const token = { ClientRequestToken: customer }
  await docs.send(new TransactWriteCommand({ TransactItems: actions(), ...token }))
  await docs.send(new TransactWriteCommand({ TransactItems: actions(), ...token }))
  assert.deepEqual(await prices(), { 1: 1, 2: 12, 4: 10 })
  const other = new TransactWriteCommand({ TransactItems: actions().slice(1), ...token })
  await assert.rejects(docs.send(other), IdempotentParameterMismatchException)
  const { Responses } = await docs.send(new TransactGetCommand({
    TransactItems: [2, 3].map((number) => ({ Get: { TableName, Key: key(number) } })),
  }))
  assert.deepEqual(Responses, [{ Item: { ...key(2), price: 12 } }, {}])
})

test('a transaction that is canceled has none', async () => {
  await put(2, 3)
  const sent = docs.send(new TransactWriteCommand({ TransactItems: actions() }))
  await assert.rejects(sent, (err) => {
    assert.ok(err instanceof TransactionCanceledException)
    assert.deepEqual(err.CancellationReasons.map((reason) => reason.Code), ['None', 'None', 'None', 'ConditionalCheckFailed'])
    return true
  })
  assert.deepEqual(await prices(), { 2: 10, 3: 10 })
})
