"""JSON objects as items of DynamoDB. Numbers stay text: none loses a digit."""

import json
from decimal import Decimal


class Refusal(Exception):
    """What the caller is told: a status and a message."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status, self.message = status, message


class Number(str):
    pass


def _number(text):
    digits = Decimal(text)
    if digits and digits.adjusted() > 125:
        raise Refusal(400, "number is larger in magnitude than 9.99E+125")
    if digits and digits.adjusted() < -130:
        raise Refusal(400, "number is smaller in magnitude than 1E-130")
    if len("".join(map(str, digits.as_tuple().digits)).strip("0")) > 38:
        raise Refusal(400, "number has more than 38 significant digits")
    return Number(text)


def _object(pairs):
    made = dict(pairs)
    if len(made) < len(pairs):
        raise Refusal(400, "duplicate key")
    return made


def _constant(text):
    raise ValueError(text)


def decode(body):
    """Returns the attributes of a JSON object, which must have an _id."""
    try:
        value = json.loads(body, parse_float=_number, parse_int=_number, parse_constant=_constant, object_pairs_hook=_object)
    except ValueError as e:
        raise Refusal(400, "body is not valid JSON: %s" % e) from None
    if not isinstance(value, dict):
        raise Refusal(400, "body is not a JSON object")
    check_key(value)
    return {name: _attribute(member) for name, member in value.items()}


def check_key(item):
    if "_id" not in item:
        raise Refusal(400, "the object has no _id")
    key = item["_id"]
    if not isinstance(key, str) or isinstance(key, Number):
        raise Refusal(400, "_id is not a string")
    if not key:
        raise Refusal(400, "_id is empty")
    if len(key.encode()) > 2048:
        raise Refusal(400, "_id is %d bytes long, and at most 2048 are allowed" % len(key.encode()))


def _attribute(value):
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, Number):
        return {"N": str(value)}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, list):
        return {"L": [_attribute(item) for item in value]}
    return {"M": {name: _attribute(item) for name, item in value.items()}}


def encode(item):
    """Returns the JSON of an item, its names in order."""
    members = (json.dumps(name, ensure_ascii=False) + ":" + _text(item[name]) for name in sorted(item))
    return "{" + ",".join(members) + "}"


def _text(attribute):
    (kind, value), = attribute.items()
    if kind == "NULL":
        return "null"
    if kind == "N":
        return value
    if kind == "L":
        return "[" + ",".join(_text(item) for item in value) + "]"
    if kind == "M":
        return encode(value)
    return json.dumps(value, ensure_ascii=False)
