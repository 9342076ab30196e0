// Single items through the document client, whose values are JavaScript's.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { createGunzip } from 'node:zlib'
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { DeleteCommand, GetCommand, NumberValue, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { client, createTable, documents, newCustomer } from './shop.js'

const TableName = 'js-items'
before(() => createTable(TableName))

test('every type comes back', async () => {
  const docs = documents()
  const Item = {
    customer: newCustomer(), number: 1,
    text: 'é🦀', empty: '', half: 0.5, yes: true, nothing: null,
    list: [1, ['x'], { deep: {} }],
    bytes: new Uint8Array([0, 255]),
    strings: new Set(['a', 'b']), numbers: new Set([1, 2.5]),
    binaries: new Set([new Uint8Array([1]), new Uint8Array([2])]),
  }
  await docs.send(new PutCommand({ TableName, Item }))
  const { customer, number } = Item
  const got = await docs.send(new GetCommand({ TableName, Key: { customer, number }, ConsistentRead: true }))
  assert.deepEqual(got.Item, Item)
})

test('large numbers keep their digits', async () => {
  const Key = { customer: newCustomer(), number: 1 }
  const digits = '12345678901234567890.123456789012345678'
  const docs = documents({ unmarshallOptions: { wrapNumbers: true } })
  const Item = { ...Key, wrapped: NumberValue.from(digits), big: 2n ** 100n }
  await docs.send(new PutCommand({ TableName, Item }))
  const { Item: got } = await docs.send(new GetCommand({ TableName, Key }))
  assert.equal(got.wrapped.toString(), digits)
  assert.equal(got.big.toBigInt(), 2n ** 100n)
  await assert.rejects(documents().send(new GetCommand({ TableName, Key })), /Set options.wrapNumbers to get string value/)
})

test('options of marshalling', async () => {
  class Order {
    constructor(customer) {
      Object.assign(this, { customer, number: 1, empty: '', unset: undefined, tags: new Set() })
    }
  }
  const order = new Order(newCustomer())
  const docs = documents({
    marshallOptions: { convertEmptyValues: true, removeUndefinedValues: true, convertClassInstanceToMap: true },
  })
  await docs.send(new PutCommand({ TableName, Item: order }))
  const { customer, number } = order
  const { Item } = await docs.send(new GetCommand({ TableName, Key: { customer, number } }))
  assert.deepEqual(Item, { customer, number, empty: null, tags: null })
})

test('updates under conditions', async () => {
  const docs = documents()
  const Key = { customer: newCustomer(), number: 1 }
  await docs.send(new PutCommand({ TableName, Item: { ...Key, price: 1, tags: new Set(['new']), notes: ['a'] } }))
  const { Attributes } = await docs.send(new UpdateCommand({
    TableName,
    Key,
    UpdateExpression: 'SET price = price + :n, notes[1] = if_not_exists(#at, :c) ADD tags :t REMOVE old_price',
    ConditionExpression: 'size(notes) = :n AND contains(tags, :new)',
    ExpressionAttributeNames: { '#at': 'sent.at' },
    ExpressionAttributeValues: { ':n': 1, ':t': new Set(['gift']), ':new': 'new', ':c': 'Oslo' },
    ReturnValues: 'ALL_NEW',
  }))
  assert.deepEqual(Attributes, { ...Key, price: 2, tags: new Set(['gift', 'new']), notes: ['a', 'Oslo'] })
  const gone = await docs.send(new DeleteCommand({ TableName, Key, ReturnValues: 'ALL_OLD' }))
  assert.deepEqual(gone.Attributes, Attributes)
})

test('an answer may be compressed', async () => {
  const Item = { customer: { S: newCustomer() }, number: { N: '1' }, text: { S: 'x'.repeat(100_000) } }
  await client.send(new PutItemCommand({ TableName, Item }))
  const { text, ...Key } = Item
  const read = new GetItemCommand({ TableName, Key })
  let encoding
  read.middlewareStack.add((next) => async (args) => {
    args.request.headers['accept-encoding'] = 'gzip'
    const result = await next(args)
    const { response } = result
    encoding = response.headers['content-encoding']
    response.body = response.body.pipe(createGunzip())
    return result
  }, { step: 'deserialize', priority: 'low' })
  const got = await client.send(read)
  assert.equal(encoding, 'gzip')
  assert.deepEqual(got.Item.text, text)
})
