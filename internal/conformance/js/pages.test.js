// Query and Scan through the document client's paginators.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { PutCommand, QueryCommand, paginateQuery, paginateScan } from '@aws-sdk/lib-dynamodb'
import { createTable, documents, newCustomer } from './shop.js'

const TableName = 'js-pages'
const client = documents()
const customer = newCustomer()

before(async () => {
  await createTable(TableName)
  for (let number = 0; number < 10; number++) {
    const Item = { customer, number, state: number % 2 ? 'open' : 'sent', price: number / 2 }
    await client.send(new PutCommand({ TableName, Item }))
  }
})

async function numbers(pages) {
  const found = []
  for await (const page of pages) found.push(...page.Items.map((item) => item.number))
  return found
}

const mine = { KeyConditionExpression: 'customer = :c', ExpressionAttributeValues: { ':c': customer } }

test('a query in pages, forwards and backwards', async () => {
  const query = (more) => numbers(paginateQuery({ client, pageSize: 3 }, { TableName, ...mine, ...more }))
  assert.deepEqual(await query(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  assert.deepEqual(await query({ ScanIndexForward: false }), [9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
  const filter = { FilterExpression: 'price BETWEEN :a AND :b', ExpressionAttributeValues: { ':c': customer, ':a': 1, ':b': 2 } }
  assert.deepEqual(await query(filter), [2, 3, 4])
})

test('a query of a global index', async () => {
  const { Items, Count } = await client.send(new QueryCommand({
    TableName,
    IndexName: 'all-by-state',
    KeyConditionExpression: '#s = :s AND #n > :n',
    ExpressionAttributeNames: { '#s': 'state', '#n': 'number' },
    ExpressionAttributeValues: { ':s': 'open', ':n': 5 },
  }))
  assert.equal(Count, 2)
  assert.deepEqual(Items, [7, 9].map((number) => ({ customer, number, state: 'open' })))
})

test('a scan by segments', async () => {
  const found = []
  for (const Segment of [0, 1, 2]) {
    found.push(...await numbers(paginateScan({ client, pageSize: 2 }, { TableName, Segment, TotalSegments: 3 })))
  }
  assert.deepEqual(found, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})

test('a query goes on after a key', async () => {
  const first = await client.send(new QueryCommand({ TableName, ...mine, Limit: 4 }))
  assert.deepEqual(first.LastEvaluatedKey, { customer, number: 3 })
  const rest = await client.send(new QueryCommand({ TableName, ...mine, ExclusiveStartKey: first.LastEvaluatedKey }))
  assert.equal(rest.Items[0].number, 4)
  assert.equal(rest.LastEvaluatedKey, undefined)
})
