"""POST /item stores the posted object under its _id."""

import base64

import table
from document import decode
from reply import answering


def put(event):
    body = event.get("body") or ""
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body)
    table.client.put_item(TableName=table.name, Item=decode(body))
    return 201, '{"success":true}'


handler = answering(put)
