// GET /item/{_id} answers with the object of that _id.

import { checkKey, encode, Refusal } from './document';
import { answer, answering } from './reply';
import { client, TableName } from './table';

export const handler = answering(async (event) => {
  // A REST API leaves escapes in the path as the caller wrote them.
  const id = decodeURIComponent(event.pathParameters!._id!);
  checkKey(id);
  // Consistent: a caller reads what it has just written.
  const { Item } = await client.getItem({ TableName, Key: { _id: { S: id } }, ConsistentRead: true });
  if (!Item) throw new Refusal(404, 'there is no item with this _id');
  return answer(200, encode(Item));
});
