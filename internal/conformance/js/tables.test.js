// Tables, their waiters and their pages.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  DeleteTableCommand, DescribeTableCommand, ResourceInUseException, ResourceNotFoundException, UpdateTableCommand,
  paginateListTables, waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb'
import { client, createTable } from './shop.js'

test('a table from creation to deletion', async () => {
  const TableName = 'js-made'
  const { state } = await createTable(TableName)
  assert.equal(state, 'SUCCESS')
  const { Table } = await client.send(new DescribeTableCommand({ TableName }))
  assert.equal(Table.TableStatus, 'ACTIVE')
  assert.equal(Table.GlobalSecondaryIndexes[0].IndexStatus, 'ACTIVE')
  assert.ok(Math.abs(Table.CreationDateTime - Date.now()) < 60_000)
  await assert.rejects(createTable(TableName), ResourceInUseException)

  await client.send(new DeleteTableCommand({ TableName }))
  const waiter = { client, maxWaitTime: 60, minDelay: 0.5, maxDelay: 0.5 }
  assert.equal((await waitUntilTableNotExists(waiter, { TableName })).state, 'SUCCESS')
  await assert.rejects(client.send(new DescribeTableCommand({ TableName })), ResourceNotFoundException)
})

test('tables come in pages', async () => {
  const names = ['js-listed-1', 'js-listed-2', 'js-listed-3']
  await Promise.all(names.map((name) => createTable(name)))
  const listed = []
  for await (const page of paginateListTables({ client, pageSize: 1 }, {})) {
    assert.ok(page.TableNames.length <= 1)
    listed.push(...page.TableNames)
  }
  assert.deepEqual(listed.filter((name) => name.startsWith('js-listed')), names)
})

test('a protected table is not deleted', async () => {
  const TableName = 'js-protected'
  await createTable(TableName, { DeletionProtectionEnabled: true })
  await assert.rejects(client.send(new DeleteTableCommand({ TableName })), /protected against deletion/)
  await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }))
  await client.send(new DeleteTableCommand({ TableName }))
})
