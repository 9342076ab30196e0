// What the tests share: clients, and a table with both kinds of index. Every
// test works under a customer of its own, so that none sees another's items.
import { randomUUID } from 'node:crypto'
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'

const { ENDPOINT } = process.env

export const client = new DynamoDBClient({ endpoint: ENDPOINT })

/** A client of JavaScript's own values; options are those of marshalling. */
export function documents(options) {
  return DynamoDBDocumentClient.from(client, options)
}

export const schema = {
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'customer', AttributeType: 'S' },
    { AttributeName: 'number', AttributeType: 'N' },
    { AttributeName: 'state', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'customer', KeyType: 'HASH' },
    { AttributeName: 'number', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [{
    IndexName: 'all-by-state',
    KeySchema: [
      { AttributeName: 'state', KeyType: 'HASH' },
      { AttributeName: 'number', KeyType: 'RANGE' },
    ],
    Projection: { ProjectionType: 'KEYS_ONLY' },
  }],
}

/** Makes a table and waits as a deployment does, but asks twice a second. */
export async function createTable(TableName, more = {}) {
  await client.send(new CreateTableCommand({ ...schema, TableName, ...more }))
  const waiter = { client, maxWaitTime: 60, minDelay: 0.5, maxDelay: 0.5 }
  return waitUntilTableExists(waiter, { TableName })
}

export const newCustomer = () => randomUUID()
