// POST /item stores the posted object under its _id.

import { decode } from './document';
import { answer, answering } from './reply';
import { client, TableName } from './table';

export const handler = answering(async (event) => {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8').toString();
  await client.putItem({ TableName, Item: decode(body) });
  return answer(201, '{"success":true}');
});
