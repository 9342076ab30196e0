"""GET /item/{_id} answers with the object of that _id."""

from urllib.parse import unquote

import table
from document import Refusal, check_key, encode
from reply import answering


def get(event):
    # A REST API leaves escapes in the path as the caller wrote them.
    key = unquote(event["pathParameters"]["_id"])
    check_key({"_id": key})
    # Consistent: a caller reads what it has just written.
    found = table.client.get_item(TableName=table.name, Key={"_id": {"S": key}}, ConsistentRead=True)
    if "Item" not in found:
        raise Refusal(404, "there is no item with this _id")
    return 200, encode(found["Item"])


handler = answering(get)
